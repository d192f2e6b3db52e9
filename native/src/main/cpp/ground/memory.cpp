#include "sotto/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <new>
#include <vector>

#include "ground/secure_memory.h"

namespace sotto {
namespace {

// Blocks from this size on are mappings of their own in huge pages: small pages cost a fault each, in
// sum more than what is computed on them. The kernel gives them zeroed.
constexpr std::size_t kMappedBytes = std::size_t{1} << 22;
constexpr std::size_t kHugePage = std::size_t{1} << 21;

std::size_t whole_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

void* map_zeroed(std::size_t bytes) {
  const std::size_t length = whole_pages(bytes);
  void* mapping = mmap(nullptr, length + kHugePage, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) throw std::bad_alloc();
  char* start = static_cast<char*>(mapping);
  const std::size_t before = (kHugePage - reinterpret_cast<std::uintptr_t>(start) % kHugePage) % kHugePage;
  if (before != 0) munmap(start, before);
  munmap(start + before + length, kHugePage - before);
  madvise(start + before, length, MADV_HUGEPAGE);  // No matter if there are none.
  return start + before;
}

// Gives back the whole pages of a range and wipes the rest.
void discard(char* start, std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t before = (page - reinterpret_cast<std::uintptr_t>(start) % page) % page;
  const std::size_t inner = bytes < before ? 0 : (bytes - before) / page * page;
  if (inner == 0 || madvise(start + before, inner, MADV_DONTNEED) != 0) {
    wipe(start, bytes);
    return;
  }
  wipe(start, before);
  wipe(start + before + inner, bytes - before - inner);
}

// Wipes a mapping without taking pages for what was discarded of it.
void wipe_present(char* start, std::size_t bytes) {
  unsigned char present[kHugePage / 4096];
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (std::size_t at = 0; at < bytes; at += kHugePage) {
    const std::size_t length = std::min(bytes - at, kHugePage);
    const std::size_t pages = (length + page - 1) / page;
    const bool known = page >= 4096 && mincore(start + at, length, present) == 0;
    // Pages that aren't there were discarded or swapped out; both read as zeros afterwards.
    if (known && std::none_of(present, present + pages, [](unsigned char p) { return (p & 1) != 0; }) &&
        madvise(start + at, length, MADV_DONTNEED) == 0) {
      continue;
    }
    wipe(start + at, length);
  }
}

// Mappings that were freed, wiped, for those who want the same length next: batch after batch takes
// the same ones, and to have them from the kernel again costs faults and clearing.
class SpareMappings {
 public:
  // Null if there is none of that length.
  void* take(std::size_t length) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (auto spare = spares_.rbegin(); spare != spares_.rend(); ++spare) {
      if (spare->length == length) {
        void* mapping = spare->mapping;
        bytes_ -= length;
        spares_.erase(std::next(spare).base());
        return mapping;
      }
    }
    return nullptr;
  }

  // Takes a wiped mapping over; the oldest ones go when there are too many.
  void give(void* mapping, std::size_t length) noexcept {
    try {
      const std::lock_guard<std::mutex> lock(mutex_);
      spares_.push_back({mapping, length});
      bytes_ += length;
      while (bytes_ > kMaxBytes) {
        munmap(spares_.front().mapping, spares_.front().length);
        bytes_ -= spares_.front().length;
        spares_.erase(spares_.begin());
      }
    } catch (const std::bad_alloc&) {
      munmap(mapping, length);
    }
  }

 private:
  static constexpr std::size_t kMaxBytes = std::size_t{192} << 20;

  struct Spare {
    void* mapping;
    std::size_t length;
  };

  std::mutex mutex_;
  std::vector<Spare> spares_;
  std::size_t bytes_ = 0;
};

SpareMappings& spare_mappings() {
  static SpareMappings* spares = new SpareMappings;  // Used until the very end of the process.
  return *spares;
}

}  // namespace
}  // namespace sotto

int64_t sotto_memory_allocate(int64_t bytes) {
  if (bytes < 0) return 0;
  const auto size = static_cast<std::size_t>(bytes);
  try {
    if (size > SIZE_MAX / 4) return 0;
    if (size >= sotto::kMappedBytes) {
      void* spare = sotto::spare_mappings().take(sotto::whole_pages(size));
      return reinterpret_cast<int64_t>(spare != nullptr ? spare : sotto::map_zeroed(size));
    }
    return reinterpret_cast<int64_t>(sotto::allocate_zeroed(size));
  } catch (const std::bad_alloc&) {
    return 0;
  }
}

void sotto_memory_wipe(int64_t address, int64_t bytes) {
  sotto::wipe(reinterpret_cast<void*>(address), static_cast<std::size_t>(bytes));
}

void sotto_memory_discard(int64_t address, int64_t bytes) {
  sotto::discard(reinterpret_cast<char*>(address), static_cast<std::size_t>(bytes));
}

void sotto_memory_free(int64_t address, int64_t bytes) {
  auto* memory = reinterpret_cast<void*>(address);
  const auto size = static_cast<std::size_t>(bytes);
  if (size >= sotto::kMappedBytes) {
    sotto::wipe_present(static_cast<char*>(memory), size);
    sotto::spare_mappings().give(memory, sotto::whole_pages(size));
    return;
  }
  sotto::wipe_and_release(memory, size, sotto::deallocate);
}
