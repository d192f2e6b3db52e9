#include "sotto/status.h"

#include <cstdio>

#include "ground/guard.h"

namespace sotto {

namespace {
thread_local int last_status = SOTTO_OK;
thread_local char last_error[512];
}

int failed(int status, const char* message) noexcept {
  last_status = status;
  std::snprintf(last_error, sizeof last_error, "%s", message);
  return status;
}

}  // namespace sotto

int sotto_last_status(void) { return sotto::last_status; }

const char* sotto_last_error(void) { return sotto::last_error; }
