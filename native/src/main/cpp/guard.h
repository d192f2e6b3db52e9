#ifndef SOTTO_GUARD_H
#define SOTTO_GUARD_H

#include <exception>
#include <new>
#include <stdexcept>
#include <utility>

#include "sotto/status.h"

namespace sotto {

void set_last_error(const char* message) noexcept;

// Runs the body of a facade function; no exception leaves it.
template <class Body>
int guarded(Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return SOTTO_OK;
  } catch (const std::bad_alloc&) {
    set_last_error("native memory is exhausted");
    return SOTTO_NO_MEMORY;
  } catch (const std::invalid_argument& e) {
    set_last_error(e.what());
    return SOTTO_INVALID;
  } catch (const std::exception& e) {
    set_last_error(e.what());
    return SOTTO_FAILED;
  } catch (...) {
    set_last_error("an exception of unknown type");
    return SOTTO_FAILED;
  }
}

inline void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(message);
}

}  // namespace sotto

#endif
