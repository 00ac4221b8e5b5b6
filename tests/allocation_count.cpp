#include "allocation_count.hpp"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

#if defined(__has_feature) && __has_feature(thread_sanitizer)

// That sanitizer does not let operator new be replaced, but tells of allocations.
#include <sanitizer/allocator_interface.h>

namespace {

std::atomic<uint64_t> made = 0;

const int installed = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, size_t) { made.fetch_add(1, std::memory_order_relaxed); },
    [](const volatile void*) {});

} // namespace

size_t runahead::testing_support::live_bytes() {
  return installed > 0 ? __sanitizer_get_current_allocated_bytes() : 0;
}
uint64_t runahead::testing_support::allocations() { return made.load(std::memory_order_relaxed); }

#else

namespace {

std::atomic<size_t> live = 0;
std::atomic<uint64_t> made = 0;

void* counted(void* memory) {
  if (memory == nullptr) std::abort();
  live.fetch_add(malloc_usable_size(memory), std::memory_order_relaxed);
  made.fetch_add(1, std::memory_order_relaxed);
  return memory;
}

void release(void* memory) {
  if (memory != nullptr) live.fetch_sub(malloc_usable_size(memory), std::memory_order_relaxed);
  std::free(memory);
}

void* aligned(size_t size, std::align_val_t alignment) {
  const auto to = static_cast<size_t>(alignment);
  return counted(std::aligned_alloc(to, (size + to - 1) / to * to));
}

} // namespace

size_t runahead::testing_support::live_bytes() { return live.load(std::memory_order_relaxed); }
uint64_t runahead::testing_support::allocations() { return made.load(std::memory_order_relaxed); }

// All forms: under a sanitizer those that are missing here are its own, and count nothing.
void* operator new(size_t size) { return counted(std::malloc(size != 0 ? size : 1)); }
void* operator new[](size_t size) { return operator new(size); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void* operator new[](size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void* operator new(size_t size, std::align_val_t to) { return aligned(size, to); }
void* operator new[](size_t size, std::align_val_t to) { return aligned(size, to); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, size_t) noexcept { release(memory); }
void operator delete[](void* memory, size_t) noexcept { release(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { release(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { release(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { release(memory); }

#endif
