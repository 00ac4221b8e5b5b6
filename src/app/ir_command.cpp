#include "app/ir_command.hpp"

#include "app/code_options.hpp"
#include "depblock/show/census.hpp"
#include "depblock/show/listing.hpp"
#include "io/json_writer.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace runahead {
namespace {

/// What to show of the code.
struct IrOptions {
  CodeOptions code;
  depblock::ListingOptions listing;
  bool dot = false, svg = false, census = false;
};

std::string to_json(std::span<const depblock::ListedBlock> blocks, Fork fork) {
  JsonWriter json;
  json.begin_object().key("fork").text(name(fork)).key("blocks").begin_array();
  for (const depblock::ListedBlock& block : blocks) {
    json.begin_object().key("pc").number(block.pc).key("text").text(block.text);
    if (!block.flow.empty()) json.key("flow").text(block.flow);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

std::string to_text(std::span<const depblock::ListedBlock> blocks) {
  std::string out;
  for (const depblock::ListedBlock& block : blocks) {
    out += block.text;
    if (!block.flow.empty()) out += "  ; " + block.flow + '\n';
  }
  return out;
}

/// The picture goes to standard output; nothing is left to print.
Result<std::string> draw_svg(const std::string& dot) {
  std::FILE* const graphviz = popen("dot -Tsvg", "w");
  if (graphviz == nullptr) return fail("--svg: graphviz could not be started");
  const bool written = std::fwrite(dot.data(), 1, dot.size(), graphviz) == dot.size();
  if (pclose(graphviz) != 0 || !written)
    return fail("--svg: `dot -Tsvg`, of graphviz, failed; --dot prints what it is given");
  return std::string();
}

Result<std::string> show(const IrOptions& options, const LoadedCode& loaded) {
  const Code code(loaded.bytes);
  if (options.dot) return depblock::draw_flow(code, loaded.fork);
  if (options.svg) return draw_svg(depblock::draw_flow(code, loaded.fork));
  if (options.census) return depblock::print(depblock::take_census(code, loaded.fork));
  const auto blocks = depblock::list_blocks(code, loaded.fork, options.listing);
  if (!blocks) return fail("--" + blocks.error().message);
  return options.code.json ? to_json(*blocks, loaded.fork) : to_text(*blocks);
}

} // namespace

void add_ir_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<IrOptions>();
  CLI::App* command = app.add_subcommand("ir", "Show bytecode as dependency blocks");
  add_code_options(*command, options->code);
  std::string stages;
  for (const std::string_view stage : depblock::stage_names())
    stages += (stages.empty() ? "" : ", ") + std::string(stage);
  command->add_option("--after", options->listing.after,
                      "The blocks after this stage: " + stages + "; the last if not given");
  command->add_option("--diff", options->listing.diff, "What this stage changed, block by block")
      ->excludes("--after");
  command->add_option("--at", options->listing.pc, "Only the block that begins at this pc");
  command->add_flag("--dot", options->dot, "The flow graph, in the language of graphviz");
  command->add_flag("--svg", options->svg, "The flow graph as a picture; takes graphviz");
  command->add_flag("--census", options->census, "Figures: what becomes of the opcodes");
  command->callback([options, &exit_status] {
    exit_status = run_code_command(
        "ir", options->code, [&](const LoadedCode& code, bool) { return show(*options, code); });
  });
}

} // namespace runahead
