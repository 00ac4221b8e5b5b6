// Follows an exact execution and notes what every value in it rests on: stack words, bytes of
// memory, call data and return data, storage written. Values are those of the execution itself;
// beside each stands only which reads it comes from.
//
//   DependenceTracer tracer(view);
//   SteppingEngine engine(&tracer);
//   Execution call(input, tracer.view(), engine, caches, &tracer);
//   call.run(...); ... tracer.trace() ...
#pragma once

#include "machine/tracer.hpp"
#include "speculate/dependence_trace.hpp"
#include "speculate/side_facts.hpp"
#include "state/view.hpp"

#include <array>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace runahead {

/// REQUIRES: `view` has all that the execution reads, so that no instruction waits.
class DependenceTracer final : public Tracer {
public:
  /// `view` must outlive it.
  explicit DependenceTracer(const StateView& view) : view_(view, fresh_) {}

  /// What the execution must read through.
  const StateView& view() const { return view_; }
  const DependenceTrace& trace() const { return trace_; }
  /// Instructions so far.
  uint32_t steps() const { return steps_; }

  void enter(const Message& message) override;
  void step(const Frame& frame, const World& world, uint8_t op) override;
  void stepped(int64_t gas_cost, Status error) override;
  void leave(const Message& message, const CallResult& result) override;

private:
  using Node = DependenceNode;
  using Nodes = std::vector<Node>; ///< of each byte; those behind the end rest on nothing
  /// A word of the stack; `bytes` as in TaggedWord: which bytes may be another's.
  struct Word {
    Node node = 0;
    uint32_t bytes = 0;
  };
  struct ShadowFrame {
    std::vector<Word> stack;
    Nodes memory, input, code, return_data, output;
    Node value = 0;
    Node entry = 0;        ///< what running this code at all rests on
    uint32_t number = 0;   ///< in the trace
    bool branched = false; ///< on what rests on reads
    Node decided = 0;      ///< what its branches rest on, but those with a certain side
    size_t undo = 0;       ///< of `stores_` when it began
  };
  /// Remembers keys that were never found before.
  class FreshView final : public StateView {
  public:
    FreshView(const StateView& below, std::vector<StateKey>& fresh)
        : below_(below), fresh_(fresh) {}
    const StateValue* find(const StateKey& key) const override;

  private:
    const StateView& below_;
    std::vector<StateKey>& fresh_;
    mutable std::unordered_set<StateKey> found_;
  };
  struct Place {
    Address address;
    uint256 key;
    bool is_transient;
    friend bool operator==(const Place&, const Place&) = default;
  };
  struct PlaceHash {
    size_t operator()(const Place& p) const noexcept {
      return mix64(std::hash<Address>{}(p.address) ^ std::hash<uint256>{}(p.key)) + p.is_transient;
    }
  };
  struct Undo {
    Place place;
    bool existed;
    Node old;
  };
  /// An instruction between its `step` and what it did.
  struct Instruction {
    uint8_t op = 0;
    bool is_open = false; ///< its effect is still to be noted
    uint64_t pc = 0;
    Address self;
    std::array<uint256, 7> args; ///< its operands, the topmost first
    std::array<Word, 7> words;
  };

  ShadowFrame& top() { return frames_.back(); }
  Word pop();
  void push(Node node) { top().stack.push_back({node, node != 0 ? ~uint32_t{0} : 0}); }
  void push_bits(Node node) { top().stack.push_back({node, node != 0 ? 1u : 0u}); }
  Node join(Node a, Node b) { return trace_.join(a, b); }

  bool shuffle(const Frame& frame, uint8_t op);
  void compute(const Frame& frame, uint8_t op);
  void branch(const Frame& frame, uint8_t op);
  JumpStack jump_stack(const Frame& frame) const;

  void note_reads(Node needs) { note_reads(needs, needs); }
  void note_reads(Node of_code, Node of_others);
  bool memory_effect();
  bool copy_effect();
  bool state_effect();
  bool account_effect();
  bool call_effect();
  bool environment();
  bool has_value(size_t operand) const;
  ShadowFrame begin_call(const Message& message);
  ShadowFrame begin_creation();

  Node range(const Nodes& bytes, uint64_t offset, uint64_t size);
  Nodes cut(const Nodes& bytes, uint64_t offset, uint64_t size, Node also);
  Word load(const Nodes& bytes, uint64_t offset, Node also);
  void store(uint64_t offset, const Word& word);
  void put(uint64_t offset, const Nodes& bytes, uint64_t size);
  void set_place(const Place& place, Node node);
  Node control();
  Node ending(bool failed);
  void revert_stores(size_t to);
  Node get_place(const Place& place) const;
  Node value_of(StateKind kind, const Address& address) const;
  Node code_of(const Address& address) const;

  DependenceTrace trace_;
  std::vector<StateKey> fresh_; ///< found for the first time since they were last noted
  FreshView view_;
  SideFactsCache facts_;
  std::vector<ShadowFrame> frames_;
  Instruction now_;
  std::unordered_map<Place, Node, PlaceHash> stores_;
  std::vector<Undo> undo_;
  uint32_t steps_ = 0;
};

} // namespace runahead
