// What the program has allocated through operator new; linking allocation_count.cpp replaces it.
// For tests of what something holds and of what allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>

namespace runahead::testing_support {

/// Bytes that are allocated now, as the allocator rounds them.
size_t live_bytes();

/// Allocations made since the program began.
uint64_t allocations();

} // namespace runahead::testing_support
