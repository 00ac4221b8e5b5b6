// Words and bytes that may be pending: every word names the promise it waits for, every byte of
// memory, call data or return data the promise and the byte of it that it is. So a load waits only
// for what really stands where it looks.
#pragma once

#include "base/bytes.hpp"
#include "base/uint256.hpp"

#include <array>
#include <memory>
#include <vector>

namespace runahead {

/// Names a promise of a PromiseGraph; 0 is none.
using NodeId = uint32_t;

/// A word of the stack.
struct PendingWord {
  uint256 value;   ///< the guess while it is pending
  NodeId node = 0; ///< the promise; none for a known value

  bool known() const { return node == 0; }
};

/// Where a byte comes from: a promise, and which byte of its word, 0 the highest; 0 for a known
/// byte.
using Origin = uint32_t;
constexpr Origin origin_of(NodeId node, unsigned byte) { return node << 5 | byte; }
constexpr NodeId node_of(Origin origin) { return origin >> 5; }
constexpr unsigned byte_of(Origin origin) { return origin & 31; }

/// An immutable byte string, such as call data; copies share it.
class PendingBytes {
public:
  PendingBytes() = default;
  /// Owned bytes, and an origin for each or none at all. `size_node`: the promise that tells
  /// whether the length is right.
  explicit PendingBytes(Bytes bytes, std::vector<Origin> origins = {}, NodeId size_node = 0);

  size_t size() const { return storage_ != nullptr ? storage_->bytes.size() : 0; }
  BytesView bytes() const { return storage_ != nullptr ? BytesView(storage_->bytes) : BytesView{}; }
  /// Null if all are known; else as many as there are bytes.
  const Origin* origins() const {
    return storage_ != nullptr && !storage_->origins.empty() ? storage_->origins.data() : nullptr;
  }
  NodeId size_node() const { return storage_ != nullptr ? storage_->size_node : 0; }

private:
  struct Storage {
    Bytes bytes;
    std::vector<Origin> origins;
    NodeId size_node;
  };
  std::shared_ptr<const Storage> storage_;
};

/// Bytes of somebody else; `origins` null: all are known.
struct PendingView {
  PendingView(BytesView known) : bytes(known) {}
  PendingView(const PendingBytes& source) : bytes(source.bytes()), origins(source.origins()) {}

  BytesView bytes;
  const Origin* origins = nullptr;
};

/// A frame's memory: pages that are shared between copies until written.
class PendingMemory {
public:
  PendingMemory() = default;
  /// Starts as a copy of `bytes`.
  explicit PendingMemory(BytesView bytes) { write(0, bytes, nullptr), grow(0, bytes.size()); }

  size_t size() const { return size_; }
  /// Makes [offset, offset + size) part of it, in whole words.
  void grow(uint64_t offset, uint64_t size);

  /// Where nothing was written there are zeros. `origins` stays as it is unless some byte has one;
  /// then all are written, and the answer is true.
  bool read(uint64_t offset, size_t size, uint8_t* bytes, Origin* origins) const;
  /// `origins` null: the bytes are known.
  void write(uint64_t offset, BytesView bytes, const Origin* origins);
  /// Writes bytes of `source` from `source_offset` on; zeros behind its end.
  void copy_in(uint64_t offset, const PendingView& source, uint64_t source_offset, uint64_t size);
  PendingBytes copy_out(uint64_t offset, uint64_t size) const;

private:
  static constexpr size_t page_bytes = 1024;
  struct Page {
    std::array<uint8_t, page_bytes> bytes{};
    std::vector<Origin> origins; ///< empty while none is pending
  };
  Page& writable(uint64_t offset);

  size_t size_ = 0;
  std::vector<std::shared_ptr<Page>> pages_; ///< null: zeros
};

} // namespace runahead
