#ifndef SOTTO_SECURE_MEMORY_H
#define SOTTO_SECURE_MEMORY_H

#include <cstddef>
#include <cstdint>

namespace sotto {

constexpr std::size_t kAlignment = 64;

// Overwrites with zeros in a way that the compiler may not leave out.
void wipe(void* memory, std::size_t bytes) noexcept;

// Wipes memory, then hands it to the deallocator.
void wipe_and_release(void* memory, std::size_t bytes, void (*deallocate)(void*)) noexcept;

// Zeroed, 64-byte aligned memory of one type, wiped when it goes out of scope.
template <class T>
class SecretArray;

void* allocate_zeroed(std::size_t bytes);
void deallocate(void* memory) noexcept;

template <class T>
class SecretArray {
 public:
  explicit SecretArray(std::size_t count)
      : bytes_(checked_bytes(count)), data_(static_cast<T*>(allocate_zeroed(bytes_))) {}
  ~SecretArray() { wipe_and_release(data_, bytes_, deallocate); }
  SecretArray(const SecretArray&) = delete;
  SecretArray& operator=(const SecretArray&) = delete;

  T* get() noexcept { return data_; }
  const T* get() const noexcept { return data_; }

 private:
  static std::size_t checked_bytes(std::size_t count);

  std::size_t bytes_;
  T* data_;
};

std::size_t array_bytes(std::size_t count, std::size_t element);

template <class T>
std::size_t SecretArray<T>::checked_bytes(std::size_t count) {
  return array_bytes(count, sizeof(T));
}

}  // namespace sotto

#endif
