// What the reads of one call depend on, as its exact execution shows: for each read, the values
// that its key rests on and the branches before it. From this follow the least rounds that any way
// of running ahead can reach (bound.hpp), and what each read had to wait for.
#pragma once

#include "state/key.hpp"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace runahead {

/// What a value rests on: an index into the trace's nodes, in the order of execution. 0: on nothing
/// that was read.
using DependenceNode = uint32_t;

class DependenceTrace {
public:
  struct Read {
    StateKey key;
    DependenceNode needs = 0; ///< what the key and the code that asks rest on
    DependenceNode value = 0;
    uint32_t frame = 0;
    uint32_t step = 0; ///< instructions before
    uint64_t pc = 0;   ///< of the instruction that reads; of no meaning at step 0
  };
  /// A branch, or a jump to a place that was read, whose condition rests on reads.
  struct Branch {
    DependenceNode needs = 0;
    uint32_t frame = 0;
    bool is_certain = false; ///< its other side can only abort
    bool is_missed = false;  ///< the side that was taken can only abort, the other need not
    uint64_t pc = 0;
  };
  /// What follows from the branches before it in its frame.
  struct Control {
    enum class Kind : uint8_t {
      reached, ///< that execution came to this point: an output, a store
      success, ///< that the frame succeeded
      failure, ///< that it failed, which nobody foresees: its caller waits as it did
    };
    DependenceNode value = 0;
    uint32_t frame = 0;
    Kind kind{};
  };
  /// Reads, branches and what follows from them, in the order of execution.
  struct Event {
    enum class Kind : uint8_t { read, branch, control } kind;
    uint32_t index;
  };

  DependenceTrace() : nodes_(1), recent_(recent_joins) {}

  /// A value that rests on both.
  DependenceNode join(DependenceNode a, DependenceNode b);
  /// Adds a read that was not there before; gives its value.
  DependenceNode add_read(const StateKey& key, DependenceNode needs, uint32_t frame, uint32_t step,
                          uint64_t pc);
  void add_branch(const Branch& branch);
  DependenceNode add_control(uint32_t frame, Control::Kind kind);
  /// Frames are numbered from 0; the outermost is its own caller.
  uint32_t add_frame(uint32_t caller);

  /// The value of a key that was read; 0 if it was not.
  DependenceNode value_of(const StateKey& key) const;

  const std::vector<Read>& reads() const { return reads_; }
  const std::vector<Branch>& branches() const { return branches_; }
  const std::vector<Control>& controls() const { return controls_; }
  /// The caller of each frame.
  const std::vector<uint32_t>& callers() const { return callers_; }
  const std::vector<Event>& events() const { return events_; }

  class Times;
  /// Indices of the reads that a node rests on directly, without those behind them; the most are
  /// given that were found within `budget` nodes.
  std::vector<uint32_t> sources_of(DependenceNode node, size_t budget = 4'096) const;

private:
  static constexpr size_t recent_joins = 4'096;
  static constexpr uint32_t is_read = ~uint32_t{0}, is_control = is_read - 1;
  /// Two nodes that it rests on, or an index and what it is of.
  struct Node {
    uint32_t a = 0, b = 0;
  };
  struct RecentJoin {
    uint32_t a = 0, b = 0;
    DependenceNode node = 0;
  };

  std::vector<Node> nodes_;
  std::vector<Read> reads_;
  std::vector<Branch> branches_;
  std::vector<Control> controls_;
  std::vector<uint32_t> callers_;
  std::vector<Event> events_;
  std::unordered_map<StateKey, uint32_t> index_of_;
  std::vector<RecentJoin> recent_; ///< by hash: most joins are made again and again
};

/// Times of nodes: that of a read or control as it was set, of any other the later of the two it
/// rests on.
class DependenceTrace::Times {
public:
  explicit Times(const DependenceTrace& trace) : trace_(trace), times_(trace.nodes_.size()) {}

  /// REQUIRES: `set` for each read and control before, in the order of execution.
  int64_t of(DependenceNode node);
  void set(DependenceNode value, int64_t time) {
    of(value); // all nodes before
    times_[value] = time;
  }

private:
  const DependenceTrace& trace_;
  std::vector<int64_t> times_;
  size_t known_ = 1;
};

} // namespace runahead
