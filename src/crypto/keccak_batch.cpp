#include "crypto/keccak_batch.hpp"

#include "crypto/keccak.hpp"
#include "crypto/keccak_vector.hpp"

#include <algorithm>
#include <cassert>

namespace runahead {
namespace {

using keccak::Lanes;
using keccak::rate_bytes;

/// Inputs that share the lanes before these run empty. Bounds what stands on the stack.
constexpr size_t group_size = 256;

/// Longest inputs first, so that lanes run empty at about the same time.
using Order = uint8_t[group_size];
static_assert(group_size <= 256);

size_t block_count(BytesView input) { return input.size() / rate_bytes + 1; }

void order_by_blocks(std::span<const BytesView> inputs, Order& order) {
  bool is_ordered = true;
  for (size_t i = 0; i < inputs.size(); ++i) {
    order[i] = static_cast<uint8_t>(i);
    is_ordered &= i == 0 || block_count(inputs[i - 1]) >= block_count(inputs[i]);
  }
  if (is_ordered) return;
  std::sort(order, order + inputs.size(), [&](uint8_t a, uint8_t b) {
    const size_t blocks_a = block_count(inputs[a]), blocks_b = block_count(inputs[b]);
    return blocks_a != blocks_b ? blocks_a > blocks_b : a < b;
  });
}

/// The lanes and what each of them is hashing.
template <int width>
class Schedule {
public:
  using Absorb = void (*)(Lanes<width>&, const uint8_t* const*);

  Schedule(std::span<const BytesView> inputs, std::span<Hash256> hashes)
      : inputs_(inputs), hashes_(hashes) {
    order_by_blocks(inputs, order_);
    std::fill_n(blocks_, width, idle_block);
    std::fill_n(lanes_.keep, width, 0);
    for (size_t lane = 0; lane < width; ++lane) start_next(lane);
  }

  void run(Absorb absorb) {
    while (busy_ > 0) {
      absorb(lanes_, blocks_);
      for (size_t lane = 0; lane < width; ++lane) {
        if (is_idle_[lane]) continue;
        if (is_last_[lane]) {
          finish(lane);
          start_next(lane);
        } else {
          lanes_.keep[lane] = ~0ull;
          take_block(lane);
        }
      }
    }
  }

private:
  void start_next(size_t lane) {
    lanes_.keep[lane] = 0;
    is_idle_[lane] = next_ == inputs_.size();
    if (is_idle_[lane]) {
      blocks_[lane] = idle_block;
      return;
    }
    ++busy_;
    input_[lane] = order_[next_++];
    rest_[lane] = inputs_[input_[lane]];
    take_block(lane);
  }

  void take_block(size_t lane) {
    BytesView& rest = rest_[lane];
    is_last_[lane] = rest.size() < rate_bytes;
    if (!is_last_[lane]) {
      blocks_[lane] = rest.data();
      rest = rest.subspan(rate_bytes);
      return;
    }
    uint8_t* const padded = padded_[lane];
    std::memset(padded, 0, rate_bytes);
    if (!rest.empty()) std::memcpy(padded, rest.data(), rest.size());
    padded[rest.size()] = 0x01;
    padded[rate_bytes - 1] |= 0x80;
    blocks_[lane] = padded;
  }

  void finish(size_t lane) {
    --busy_;
    uint8_t* const hash = hashes_[input_[lane]].bytes.data();
    for (size_t i = 0; i < 4; ++i) std::memcpy(hash + 8 * i, &lanes_.word[i][lane], 8);
  }

  static constexpr uint8_t idle_block[rate_bytes] = {};

  std::span<const BytesView> inputs_;
  std::span<Hash256> hashes_;
  Order order_;
  size_t next_ = 0;
  size_t busy_ = 0;
  Lanes<width> lanes_;
  const uint8_t* blocks_[width];
  BytesView rest_[width];
  uint8_t input_[width];
  bool is_last_[width];
  bool is_idle_[width];
  uint8_t padded_[width][rate_bytes];
};

void hash_group(CpuLevel level, std::span<const BytesView> inputs, std::span<Hash256> hashes) {
  if (inputs.size() == 1) {
    hashes[0] = keccak256(inputs[0]);
  } else if (level == CpuLevel::v4 && inputs.size() > 4) {
    Schedule<8>(inputs, hashes).run(keccak::absorb_eight_v4);
  } else {
    Schedule<4>(inputs, hashes)
        .run(level == CpuLevel::v4 ? keccak::absorb_four_v4 : keccak::absorb_four_v3);
  }
}

} // namespace

void keccak256_batch(CpuLevel level, std::span<const BytesView> inputs, std::span<Hash256> hashes) {
  assert(inputs.size() == hashes.size());
  if (level == CpuLevel::scalar) {
    for (size_t i = 0; i < inputs.size(); ++i) hashes[i] = keccak256(inputs[i]);
    return;
  }
  for (size_t from = 0; from < inputs.size(); from += group_size) {
    const size_t count = std::min(group_size, inputs.size() - from);
    hash_group(level, inputs.subspan(from, count), hashes.subspan(from, count));
  }
}

void keccak256_batch(std::span<const BytesView> inputs, std::span<Hash256> hashes) {
  keccak256_batch(cpu_level(), inputs, hashes);
}

} // namespace runahead
