// One run of a tag scout: its frames, and what each opcode does to tagged values. Whatever a rule
// cannot tell for sure is decided in favour of finding reads.
#pragma once

#include "machine/call_stack.hpp"
#include "speculate/overlay.hpp"
#include "speculate/side_facts.hpp"
#include "speculate/tagged.hpp"

#include <vector>

namespace runahead {

/// Where a frame stands; copied to come back to it.
struct TagPosition {
  uint64_t pc = 0;
  int64_t gas = 0; ///< an estimate: dynamic prices rest on guesses
  std::vector<TaggedWord> stack;
  TaggedMemory memory;
  TaggedBytes return_data;
};

struct TagFrame {
  /// An uncertain branch: how to go on with its other side.
  struct Branch {
    TagPosition other_side;
    size_t overlay_checkpoint;
  };
  struct LoopStay {
    uint64_t pc;
    unsigned times;
  };

  Message message; ///< `input` and `value` are not used; these are:
  TaggedBytes input;
  TaggedWord value;
  CodeRef code;
  TagPosition at;
  size_t overlay_checkpoint = 0;
  std::vector<Branch> branches; ///< newest last
  std::vector<LoopStay> loops;
  Tag guessed = 0; ///< what the branches taken so far rest on
};

class TagRun {
public:
  TagRun(const CallStack& spine, Scout::Reads& reads, Sources& sources, SideFactsCache& facts,
         bool full);

  /// Runs until the path ends or the steps are used up; gives the steps.
  uint64_t run();

private:
  // tag_run.cpp: frames and control flow
  TagFrame lift(const Frame& frame) const;
  TagFrame& top() { return frames_.back(); }
  void step();
  void compute(uint8_t op);
  void jump();
  void jump_if();
  bool choose_side(uint64_t branch_pc, uint64_t target, const TaggedWord& condition);
  bool prefer_target(uint64_t branch_pc, const SideFacts& target, const SideFacts& next,
                     bool guess);
  void go_to(uint64_t pc, bool is_target);
  void remember_branch(uint64_t other_pc);
  void look_aside(uint64_t other_pc);
  void abort(TaggedBytes output);
  void end_frame(bool success, TaggedBytes output, Tag status_tag);
  void end_path();
  JumpStack jump_stack() const;

  // tag_effects.cpp: everything else inside a frame
  void effect(uint8_t op);
  bool environment(uint8_t op);
  bool block(uint8_t op);
  bool memory(uint8_t op);
  bool state(uint8_t op);
  void copy(const TaggedBytes& source);
  void return_data_copy();
  void ext_code_copy();
  void ext_code_hash();
  void log(unsigned topics);
  bool open(const TaggedWord& offset, const TaggedWord& size);

  // tag_calls.cpp: message calls and creations
  void call(uint8_t op);
  void enter(Message message, TaggedBytes input, const TaggedWord& value, CodeRef code);
  void assume_success(uint64_t out_offset, uint64_t out_size, Tag tag);
  void call_precompile(const Address& original, const Message& message, const TaggedBytes& input);
  void create(uint8_t op);

  TaggedWord pop();
  void push(const TaggedWord& word) { top().at.stack.push_back(word); }

  const CallStack& spine_;
  const JournaledWorld& world_;
  Overlay overlay_;
  Sources& sources_;
  SideFactsCache& facts_;
  bool full_;
  std::vector<TagFrame> frames_; ///< empty when the path has ended
  size_t spine_below_ = 0;       ///< frames of the spine below the lowest of `frames_`
  uint64_t steps_ = 0;
  unsigned flips_ = 0;
  bool aside_ = false;     ///< on the other side of a branch, for a look
  size_t aside_depth_ = 0; ///< frames there were when it began; with fewer it is over
};

} // namespace runahead
