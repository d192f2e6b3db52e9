#ifndef SOTTO_GUARD_H
#define SOTTO_GUARD_H

#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

#include "sotto/status.h"

namespace sotto {

// Keeps status and message for the caller and returns the status.
int failed(int status, const char* message) noexcept;

// Runs the body of a facade function; no exception leaves it.
template <class Body>
int guarded(Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return SOTTO_OK;
  } catch (const std::bad_alloc&) {
    return failed(SOTTO_NO_MEMORY, "native memory is exhausted");
  } catch (const std::invalid_argument& e) {
    return failed(SOTTO_INVALID, e.what());
  } catch (const std::exception& e) {
    return failed(SOTTO_FAILED, e.what());
  } catch (...) {
    return failed(SOTTO_FAILED, "an exception of unknown type");
  }
}

// The same for a function that returns a new object: what the body returns, or null.
template <class Body>
auto guarded_new(Body&& body) noexcept -> decltype(body()) {
  decltype(body()) result = nullptr;
  guarded([&] { result = body(); });
  return result;
}

inline void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

}  // namespace sotto

#endif
