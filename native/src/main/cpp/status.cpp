#include "sotto/status.h"

#include <cstdio>

#include "guard.h"

namespace sotto {

namespace {
thread_local char last_error[512];
}

void set_last_error(const char* message) noexcept {
  std::snprintf(last_error, sizeof last_error, "%s", message);
}

}  // namespace sotto

const char* sotto_last_error(void) { return sotto::last_error; }
