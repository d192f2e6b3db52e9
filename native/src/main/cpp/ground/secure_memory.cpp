#include "ground/secure_memory.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace sotto {

void wipe(void* memory, std::size_t bytes) noexcept {
  if (bytes == 0) return;
  std::memset(memory, 0, bytes);
  // The barrier makes the zeros observable, so the store cannot be dropped as dead.
  __asm__ __volatile__("" : : "r"(memory) : "memory");
}

void wipe_and_release(void* memory, std::size_t bytes, void (*deallocate)(void*)) noexcept {
  if (memory == nullptr) return;
  wipe(memory, bytes);
  deallocate(memory);
}

void* allocate_zeroed(std::size_t bytes) {
  if (bytes > SIZE_MAX - kAlignment) throw std::bad_alloc();
  std::size_t rounded = bytes == 0 ? kAlignment : (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* memory = std::aligned_alloc(kAlignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  std::memset(memory, 0, rounded);
  return memory;
}

void deallocate(void* memory) noexcept { std::free(memory); }

std::size_t array_bytes(std::size_t count, std::size_t element) {
  if (count > SIZE_MAX / element) throw std::bad_alloc();
  return count * element;
}

}  // namespace sotto
