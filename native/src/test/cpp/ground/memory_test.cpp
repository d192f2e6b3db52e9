#include "sotto/memory.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#include "check.h"
#include "ground/guard.h"
#include "ground/secure_memory.h"

namespace {

bool released_wiped = false;
constexpr std::size_t kBytes = 1000;

void inspect_and_free(void* memory) {
  const unsigned char* bytes = static_cast<const unsigned char*>(memory);
  released_wiped = true;
  for (std::size_t i = 0; i < kBytes; i++) released_wiped = released_wiped && bytes[i] == 0;
  std::free(memory);
}

}  // namespace

int main() {
  for (std::size_t size : {0, 1, 63, 64, 65, 100000, (1 << 22) - 1, 1 << 22, (5 << 20) + 4097}) {
    const int64_t length = static_cast<int64_t>(size);
    int64_t address = sotto_memory_allocate(length);
    CHECK(address != 0 && address % 64 == 0);
    unsigned char* bytes = reinterpret_cast<unsigned char*>(address);
    for (std::size_t i = 0; i < size; i++) CHECK(bytes[i] == 0);
    std::memset(bytes, 7, size);
    sotto_memory_wipe(address, length);
    for (std::size_t i = 0; i < size; i++) CHECK(bytes[i] == 0);
    sotto_memory_free(address, length);
  }
  // What was freed comes back zeroed, also where it is kept for the next one of its length.
  for (int round = 0; round < 3; round++) {
    const int64_t length = (5 << 20) + 4097;
    int64_t address = sotto_memory_allocate(length);
    unsigned char* bytes = reinterpret_cast<unsigned char*>(address);
    for (int64_t i = 0; i < length; i++) CHECK(bytes[i] == 0);
    std::memset(bytes, 7, static_cast<std::size_t>(length));
    sotto_memory_free(address, length);
  }
  // What is discarded is zero, what lies beside it stays, and all of it is zero when it comes back.
  for (int round = 0; round < 2; round++) {
    const int64_t length = (9 << 20) + 4097;
    const int64_t from = 1000 + (round << 20);
    const int64_t to = (7 << 20) + 99;
    int64_t address = sotto_memory_allocate(length);
    unsigned char* bytes = reinterpret_cast<unsigned char*>(address);
    for (int64_t i = 0; i < length; i++) CHECK(bytes[i] == 0);
    std::memset(bytes, 7, static_cast<std::size_t>(length));
    sotto_memory_discard(address + from, to - from);
    sotto_memory_discard(address + to, 3);
    for (int64_t i = 0; i < length; i++) CHECK(bytes[i] == (i < from || i >= to + 3 ? 7 : 0));
    sotto_memory_discard(address + from, to - from);
    sotto_memory_free(address, length);
  }
  CHECK(sotto_memory_allocate(-1) == 0);
  CHECK(sotto_memory_allocate(INT64_MAX) == 0);

  void* secret = std::malloc(kBytes);
  std::memset(secret, 0x5a, kBytes);
  sotto::wipe_and_release(secret, kBytes, inspect_and_free);
  CHECK(released_wiped);

  CHECK(sotto::guarded([] {}) == SOTTO_OK);
  CHECK(sotto::guarded([] { throw std::invalid_argument("no"); }) == SOTTO_INVALID);
  CHECK(std::strcmp(sotto_last_error(), "no") == 0 && sotto_last_status() == SOTTO_INVALID);
  CHECK(sotto::guarded([] { throw std::bad_alloc(); }) == SOTTO_NO_MEMORY);
  CHECK(sotto::guarded([] { throw std::logic_error("bug"); }) == SOTTO_FAILED);
  CHECK(sotto::guarded([] { throw 7; }) == SOTTO_FAILED);
  std::string longer(2000, 'x');
  CHECK(sotto::guarded([&] { throw std::runtime_error(longer); }) == SOTTO_FAILED);
  CHECK(std::strlen(sotto_last_error()) == 511);
  return 0;
}
