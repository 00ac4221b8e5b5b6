// The path that a dataflow scout follows: frames over values that may be pending, what they have
// written, and what was assumed to get this far. It begins as a copy of the spine, goes on past
// whatever is missing with promises in its place, and asks for every read that it comes to. When
// values arrive, the promises that rest on them are kept, and only what was assumed wrongly is run
// again, from where it was assumed.
//
// Whatever a rule cannot tell for sure is decided in favour of finding reads: nothing here can
// reach a result.
#pragma once

#include "machine/call_stack.hpp"
#include "speculate/branch_history.hpp"
#include "speculate/promise_graph.hpp"
#include "speculate/scout.hpp"
#include "speculate/side_facts.hpp"
#include "speculate/write_log.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace runahead {

/// One frame of the path; shared between the path and the points to go back to until one changes.
struct PathFrame {
  struct LoopStay {
    uint64_t pc;
    unsigned times;
  };

  Message message; ///< `input` and `value` are not used; these are:
  PendingBytes input;
  PendingWord value;
  CodeRef code;
  uint64_t pc = 0;
  /// At most what is left: pending prices are in it with the least they can be.
  int64_t gas = 0;
  std::vector<PendingWord> prices; ///< promises of what they are above that
  std::vector<PendingWord> stack;
  PendingMemory memory;
  PendingBytes return_data;
  std::vector<LoopStay> loops;
  uint32_t log_begin = 0; ///< writes from there on are its own
  uint64_t id = 0;        ///< of this frame among all of the path's
};

class Path {
public:
  /// What running the path has come to since it began.
  struct Stats {
    uint64_t steps = 0;    ///< instructions, repeated ones included, and what long copies count for
    uint64_t restarts = 0; ///< times it went back to a point it had passed
    uint64_t wrong = 0, right = 0; ///< assumptions that were proved
  };

  /// Begins where the spine stands. All must outlive it; the spine may go on.
  Path(const CallStack& spine, Scout::Reads& reads, SideFactsCache& facts, BranchHistory& history,
       bool full);

  /// Runs until the path ends, is limits::scout_steps long, or so many steps were made.
  void go_on();
  /// Takes values in; asks for the reads that have become known by them.
  void arrive(const std::vector<StateKey>& keys);
  /// True if some promise of the path waits for the key.
  bool waits_for(const StateKey& key) const { return graph_.waits_for(key); }
  /// True if it can no longer be what the spine will do: it should begin anew.
  bool derailed() const { return derailed_; }
  const Stats& stats() const { return stats_; }

private:
  using FrameRef = std::shared_ptr<PathFrame>;
  /// A point to go back to: the path before an instruction.
  struct Point {
    std::vector<FrameRef> frames;
    uint32_t log;
    PromiseGraph::Mark graph;
    uint64_t length;
  };
  struct Start {
    uint64_t pc = 0;
    int64_t gas = 0;
  };
  /// The answer of a call that was not entered, as promises that nothing tells until it is.
  struct CallPromise {
    NodeId status, size;       ///< `size` of what it returns, bytes
    std::vector<NodeId> words; ///< of that
  };
  struct Assumption {
    enum class Kind : uint8_t {
      truth,   ///< the promise is zero or it is not, as `expected` is
      equal,   ///< the promise is `expected`
      await,   ///< what follows did without the promise: it is to be done again
      success, ///< a frame was about to abort; its own assumptions are believed less than that
    };
    Kind kind;
    NodeId node;
    uint256 expected;
    uint64_t frame; ///< id of the frame that assumed it
    bool flippable; ///< a branch of which the other side may be tried as well
    Point before;
    std::shared_ptr<const CallPromise> call; ///< of an `await` that is about a call
  };
  /// A call that is made up for: only it is run, at its place, and then its promises are kept.
  struct MakeUp {
    Point before; ///< of the call
    size_t next;  ///< where among the assumptions its own belong
    bool failed = false;
  };
  /// Why a path takes a side of a branch: the other can only abort; a value of before says so; by
  /// guessing. `undecided`: it does not.
  enum class Side : uint8_t { avoids_abort, remembered, guessed, undecided };
  struct Choice {
    bool taken;
    Side why;
  };

  // path.cpp: frames, assumptions, arrivals
  FrameRef lift(const Frame& frame);
  PathFrame& top();
  Point point();
  void cut_back(Point to);
  void go_back(Point to);
  void assume(Assumption::Kind kind, NodeId node, const uint256& expected, bool flippable = false,
              std::shared_ptr<const CallPromise> call = {});
  void note_branch(const Assumption& branch, bool taken);
  void check_assumptions();
  bool holds(Assumption& assumption, size_t index);
  NodeId unproved_of(uint64_t frame, size_t before) const;
  void answer_lookups();
  void answer(NodeId id, const Lookup& lookup);
  void answer_with(NodeId id, const std::optional<PendingWord>& before, const StateKey& key);
  void stop() { stopped_ = true; }

  // path_make_up.cpp: calls that can be entered only now
  bool make_up(size_t index);
  void run_callee();
  bool keep(const CallPromise& promise);
  void promise_to(NodeId promised, const PendingWord& word);
  const Point& reaching_back(const Point& to) const;

  // path_control.cpp: instructions that compute, branch or end a frame
  void step();
  void compute(uint8_t op);
  void jump();
  void jump_if();
  Choice choose_side(uint64_t branch_pc, uint64_t target, const PendingWord& condition);
  Choice prefer_side(uint64_t branch_pc, const SideFacts& target, const SideFacts& next,
                     const PendingWord& condition);
  void go_to(uint64_t pc, bool is_target);
  void look_aside(uint64_t other_pc);
  void abort(PendingBytes output);
  bool flip();
  void end_frame(bool success, PendingBytes output, const PendingWord& status);
  void end_path();
  JumpStack jump_stack();

  // path_data.cpp: memory and the environment
  void effect(uint8_t op);
  bool environment(uint8_t op);
  bool block(uint8_t op);
  bool memory(uint8_t op);
  void copy(const PendingView& source, size_t skipped = 0);
  void return_data_copy();
  void log(unsigned topics);
  bool open(const PendingWord& offset, const PendingWord& size, int64_t extra = 0);
  bool charge(int64_t gas);
  bool charge_words(const PendingWord& size, int64_t per_word);
  void work(uint64_t bytes);
  void push_gas();
  PendingWord load(const PendingMemory& memory, uint64_t offset);
  PendingWord load(const PendingBytes& bytes, uint64_t offset);
  void store(uint64_t offset, const PendingWord& word);

  // path_state.cpp: the state, read and written
  uint32_t position() const { return make_up_ ? make_up_->before.log : log_.size(); }
  const Written* find(const Place& place) const { return log_.find(place, position()); }
  void write(const Place& place, Written written);
  bool state(uint8_t op);
  PendingWord read(const StateKey& key);
  void foresee(const StateKey& key) { read(key); }
  PendingWord slot(const Address& address, const PendingWord& key);
  std::optional<PendingWord> slot_before(const Address& address, const uint256& key,
                                         uint32_t position) const;
  PendingWord original(const Address& address, const uint256& key);
  PendingWord balance(const PendingWord& account);
  std::optional<PendingWord> known_balance(const Address& address) const;
  PendingWord nonce(const Address& address);
  PendingWord block_hash(const PendingWord& number);
  /// Null if it has not arrived; then `missing` is the promise of its hash.
  BytecodeRef code(const Address& address, PendingWord& missing);
  PendingWord code_size(const PendingWord& account);
  PendingWord code_hash(const PendingWord& account);
  uint256 known_code_size(const Address& address);
  uint256 known_code_hash(const Address& address);
  void ext_code_copy();
  void store_slot();
  bool charge_store(const Address& self, const uint256& key, const PendingWord& value);
  uint256 price_above_least(const StorageSlot& slot, const uint256& value) const;
  void add_balance(const Address& address, const PendingWord& amount);
  bool is_warm(const Address& address) const;
  bool charge_account(const Address& address);
  bool charge_slot(const Address& address, const uint256& key, int64_t surcharge);

  // path_calls.cpp: message calls and creations
  struct CallOperands;
  CallOperands call_operands(CallKind kind);
  void call(uint8_t op);
  bool can_pay(const CallOperands& o, const Address& target, bool& affordable);
  Message message_to(CallKind kind, const Address& target, const CallOperands& o);
  void call_account(CallKind kind, Message message, const CallOperands& o);
  void enter(Message message, PendingBytes input, const PendingWord& value, CodeRef code);
  void assume_success(const CallOperands& o, NodeId waits_for);
  void call_precompile(const Address& original, const Message& message, const CallOperands& o);
  void create(uint8_t op);

  // Operands stay on the stack until an instruction is sure to be done: a point to go back to is
  // before it.
  PendingWord arg(size_t i);
  void drop(size_t n);
  void push(const PendingWord& word) { top().stack.push_back(word); }
  void push(const uint256& value) { push(PendingWord{value, 0}); }
  PendingWord pure(uint8_t op, const PendingWord& a, const PendingWord& b);

  const JournaledWorld& world_;
  Scout::Reads& reads_;
  SideFactsCache& facts_;
  BranchHistory& history_;
  const bool full_;

  PromiseGraph graph_;
  WriteLog log_;
  std::vector<FrameRef> frames_;       ///< empty when the path has ended
  std::deque<Assumption> assumptions_; ///< in the order of the path
  std::optional<MakeUp> make_up_;      ///< under way
  /// Calls that were made up for, with promises still open; those are nodes from `first` on.
  struct MadeUp {
    Point before;
    NodeId first;
    std::shared_ptr<const CallPromise> call;
  };
  std::vector<MadeUp> made_up_;
  /// What lookups just answered need, with their nodes; asked for once assumptions hold.
  std::vector<std::pair<NodeId, StateKey>> asked_;
  uint64_t length_ = 0; ///< instructions from where it began
  Start start_;         ///< where the instruction under way began
  uint64_t next_frame_id_ = 1;
  unsigned flips_ = 0;
  std::optional<bool> forced_; ///< the side that the next branch is to take
  bool stopped_ = false;       ///< nothing can be told of what follows until an arrival
  bool derailed_ = false;
  bool aside_ = false;     ///< on the other side of a branch, for a look
  size_t aside_depth_ = 0; ///< frames there were when it began; with fewer it is over
  Stats stats_;
};

} // namespace runahead
