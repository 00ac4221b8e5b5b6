#include "depblock/show/listing.hpp"

#include "base/hex.hpp"
#include "depblock/flow/analysis.hpp"
#include "depblock/flow/flow_passes.hpp"
#include "depblock/form/text.hpp"
#include "depblock/lift/lift.hpp"
#include "depblock/lift/place.hpp"

#include <algorithm>

namespace runahead::depblock {
namespace {

/// How far blocks are taken: passes done, and whether they are merged.
struct Stage {
  size_t passes = BlockPasses::names.size();
  bool merged = true;
};

Result<Stage> stage_of(std::string_view field, std::string_view name) {
  if (name.empty()) return Stage{};
  const auto names = stage_names();
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    std::string all;
    for (const std::string_view known : names)
      all += (all.empty() ? "" : ", ") + std::string(known);
    return fail(std::string(field) + ": unknown stage " + quoted_start(name) + ": there are " +
                all);
  }
  const auto index = static_cast<size_t>(found - names.begin());
  return Stage{std::min(index, BlockPasses::names.size()), index + 1 == names.size()};
}

/// Makes the blocks of one code, stage by stage.
class Listing {
public:
  Listing(const Code& code, Fork fork)
      : starts(code), flow(analyse_flow(code, fork, starts)), lifter_(code, fork), passes_(fork) {}

  const BlockView block(BlockNumber number, Stage stage) {
    chain_.clear();
    if (stage.merged) chain_of(flow, number, chain_);
    lifter_.lift(starts.pc_of(number), loose_, chain_);
    passes_.run(loose_, stage.passes);
    placer_.place(loose_, placed_);
    return placed_.view();
  }
  bool is_shown(BlockNumber number, Stage stage) const {
    const FlowBlock& node = flow.blocks[number];
    return node.reached && !(stage.merged && node.merged_into != no_block);
  }

  const BlockStarts starts;
  const FlowGraph flow;

private:
  Lifter lifter_;
  BlockPasses passes_;
  Placer placer_;
  Block loose_, placed_;
  std::vector<uint32_t> chain_;
};

std::string pcs(const Listing& listing, std::span<const BlockNumber> blocks) {
  std::string out;
  for (const BlockNumber block : blocks) out += ' ' + std::to_string(listing.starts.pc_of(block));
  return out;
}

/// What is known of the block besides what it does.
std::string flow_in_words(const Listing& listing, BlockNumber number) {
  const FlowBlock& node = listing.flow.blocks[number];
  std::string out = "from" + pcs(listing, listing.flow.predecessors.of(number));
  if (number == 0) out += " outside";
  out += ", to" + pcs(listing, listing.flow.successors.of(number));
  if (node.unknown_jump) out += " unknown";
  if (node.bad_jump) out += " no destination";
  if (node.end == EndKind::branch && node.reconverges != no_block)
    out += ", reconverges at " + std::to_string(listing.starts.pc_of(node.reconverges));
  if (node.only_aborts) out += ", only aborts";
  return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n') + 1, text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// Lines that stand in one text only, marked, with those around them: what begins and ends both is
/// left out but for the first line.
std::string difference(std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto old_lines = lines_of(before), new_lines = lines_of(after);
  size_t first = 0, last = 0;
  const size_t shorter = std::min(old_lines.size(), new_lines.size());
  while (first < shorter && old_lines[first] == new_lines[first]) ++first;
  while (last < shorter - first &&
         old_lines[old_lines.size() - 1 - last] == new_lines[new_lines.size() - 1 - last])
    ++last;
  std::string out;
  if (first != 0) out += ' ' + std::string(new_lines[0]);
  for (size_t i = first; i + last < old_lines.size(); ++i) out += '-' + std::string(old_lines[i]);
  for (size_t i = first; i + last < new_lines.size(); ++i) out += '+' + std::string(new_lines[i]);
  return out;
}

/// The stage before the one that `name` names; the first has none.
Stage stage_before(Stage stage) {
  if (stage.merged) return {stage.passes, false};
  return {stage.passes == 0 ? 0 : stage.passes - 1, false};
}

std::string label_of(const BlockView& block) {
  std::string out;
  for (const char c : print(block)) {
    if (c == '\n')
      out += "\\l"; // a line break, set to the left
    else
      out += c;
  }
  return out;
}

} // namespace

std::vector<std::string_view> stage_names() {
  std::vector<std::string_view> names{"lift"};
  names.insert(names.end(), BlockPasses::names.begin(), BlockPasses::names.end());
  names.push_back("place");
  return names;
}

Result<std::vector<ListedBlock>> list_blocks(const Code& code, Fork fork,
                                             const ListingOptions& options) {
  const bool differs = !options.diff.empty();
  const auto stage = differs ? stage_of("diff", options.diff) : stage_of("after", options.after);
  if (!stage) return fail(stage.error().message);
  Listing listing(code, fork);
  std::vector<ListedBlock> shown;
  const auto show = [&](BlockNumber number) {
    ListedBlock block{listing.starts.pc_of(number), print(listing.block(number, *stage)), {}};
    if (differs)
      block.text = difference(print(listing.block(number, stage_before(*stage))), block.text);
    else
      block.flow = flow_in_words(listing, number);
    if (!block.text.empty()) shown.push_back(std::move(block));
  };
  if (options.pc) {
    const auto number = listing.starts.at(*options.pc);
    if (!number) return fail("at: no block begins at " + std::to_string(*options.pc));
    show(*number);
    return shown;
  }
  for (BlockNumber number = 0; number < listing.starts.count(); ++number)
    if (listing.is_shown(number, *stage)) show(number);
  return shown;
}

std::string draw_flow(const Code& code, Fork fork) {
  Listing listing(code, fork);
  std::string out = "digraph flow {\n  node [shape=box, fontname=monospace, fontsize=9];\n";
  const auto shown = [&](BlockNumber block) {
    const BlockNumber whole = listing.flow.blocks[block].merged_into;
    return std::to_string(listing.starts.pc_of(whole == no_block ? block : whole));
  };
  for (BlockNumber number = 0; number < listing.starts.count(); ++number) {
    const FlowBlock& node = listing.flow.blocks[number];
    if (!node.reached) continue;
    const std::string name = "  b" + shown(number);
    if (listing.is_shown(number, {}))
      out += name + " [label=\"" + label_of(listing.block(number, {})) + '"' +
             (node.only_aborts ? ", color=grey, fontcolor=grey" : "") + "];\n";
    for (const BlockNumber next : listing.flow.successors.of(number))
      if (listing.flow.blocks[next].merged_into == no_block)
        out += name + " -> b" + shown(next) + ";\n";
    if (node.unknown_jump) out += name + " -> unknown;\n";
    if (node.end == EndKind::branch && node.reconverges != no_block)
      out += name + " -> b" + shown(node.reconverges) +
             " [style=dashed, constraint=false, arrowhead=empty];\n";
  }
  return out + "}\n";
}

} // namespace runahead::depblock
