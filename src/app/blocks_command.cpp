#include "app/blocks_command.hpp"

#include "base/hex.hpp"
#include "code/basic_blocks.hpp"
#include "io/json_writer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <span>

namespace runahead {
namespace {

std::string target_text(const BasicBlock& block) {
  if (!block.target) return "a computed target";
  return to_hex(*block.target) + (block.target_is_good ? "" : " (no jump destination)");
}

/// How the block ends, and where control goes then.
std::string end_text(const BasicBlock& block, size_t code_size) {
  const std::string behind =
      block.end == code_size ? "end of code" : fmt::format("{:#x}", block.end);
  switch (block.how) {
  case BlockEnd::falls: return "falls into " + behind;
  case BlockEnd::jump: return "jump to " + target_text(block);
  case BlockEnd::jumpi: return "jumpi to " + target_text(block) + ", else " + behind;
  case BlockEnd::code_end: return "end of code";
  default: return std::string(name(block.how));
  }
}

std::string total_text(const BlockTotals& totals, Fork fork) {
  return fmt::format("\n{} bytes, {} instructions, {} blocks; base gas of each once: {}; rules of "
                     "{}\n{} blocks reached straight, {} by computed jumps only, {} dead ({} "
                     "bytes)\njumps: {} literal, {} computed, {} to no jump destination\n",
                     totals.bytes, totals.instructions, totals.blocks, totals.gas, name(fork),
                     totals.blocks - totals.computed_blocks - totals.dead_blocks,
                     totals.computed_blocks, totals.dead_blocks, totals.dead_bytes,
                     totals.literal_jumps, totals.computed_jumps, totals.bad_jumps);
}

std::string to_text(std::span<const BasicBlock> blocks, size_t code_size, Fork fork) {
  std::string out = fmt::format("{:>8} {:>8} {:>7} {:>8} {:>6} {:>6}  {:8}  {}\n", "start", "end",
                                "instrs", "gas", "needs", "grows", "reached", "ends");
  for (const BasicBlock& block : blocks) {
    const BlockFacts facts = block.meter.facts();
    out += fmt::format("{:>#8x} {:>#8x} {:>7} {:>8} {:>6} {:>6}  {:8}  {}\n", block.start,
                       block.end, block.instructions, block.meter.gas(), facts.stack_required,
                       facts.stack_growth, name(block.reach), end_text(block, code_size));
  }
  return out + total_text(total_of(blocks), fork);
}

void put(JsonWriter& json, const BasicBlock& block) {
  const BlockFacts facts = block.meter.facts();
  json.begin_object().key("start").number(block.start).key("end").number(block.end);
  json.key("instructions").number(block.instructions);
  json.key("gas").number(block.meter.gas());
  json.key("stackRequired").number(facts.stack_required);
  json.key("stackGrowth").number(facts.stack_growth);
  json.key("reached").text(name(block.reach)).key("ends").text(name(block.how));
  if (block.jumps()) {
    if (block.target)
      json.key("target").quantity(*block.target);
    else
      json.key("target").null();
    json.key("targetIsJumpDestination").boolean(block.target_is_good);
  }
  if (block.goes_on_behind()) json.key("goesOnAt").number(block.end);
  json.end_object();
}

std::string to_json(std::span<const BasicBlock> blocks, Fork fork) {
  JsonWriter json;
  json.begin_object().key("fork").text(name(fork)).key("blocks").begin_array();
  for (const BasicBlock& block : blocks) put(json, block);
  const BlockTotals totals = total_of(blocks);
  json.end_array().key("totals").begin_object();
  json.key("bytes").number(totals.bytes).key("instructions").number(totals.instructions);
  json.key("blocks").number(totals.blocks).key("gas").number(totals.gas);
  json.key("computedBlocks").number(totals.computed_blocks);
  json.key("deadBlocks").number(totals.dead_blocks).key("deadBytes").number(totals.dead_bytes);
  json.key("literalJumps").number(totals.literal_jumps);
  json.key("computedJumps").number(totals.computed_jumps);
  json.key("badJumps").number(totals.bad_jumps);
  json.end_object().end_object();
  return json.take() + "\n";
}

} // namespace

std::string show_blocks(const LoadedCode& loaded, bool json) {
  const Code code(loaded.bytes);
  const auto blocks = basic_blocks(code, loaded.fork);
  return json ? to_json(blocks, loaded.fork) : to_text(blocks, code.size(), loaded.fork);
}

void add_blocks_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<CodeOptions>();
  CLI::App* command = app.add_subcommand(
      "blocks", "Show the basic blocks of bytecode: gas, stack, where they lead");
  add_code_options(*command, *options);
  command->callback(
      [options, &exit_status] { exit_status = run_code_command("blocks", *options, show_blocks); });
}

} // namespace runahead
