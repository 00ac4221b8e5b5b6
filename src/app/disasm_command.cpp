#include "app/disasm_command.hpp"

#include "base/hex.hpp"
#include "code/disassembly.hpp"
#include "io/json_writer.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <span>

namespace runahead {
namespace {

/// Where remarks begin, unless the instruction is longer.
constexpr size_t remark_column = 40;

/// An instruction and what can be said of it for certain.
struct Line {
  const Instruction& instruction;
  std::optional<uint256> jumps_to; ///< of a PUSH right in front of a jump: what it pushes
  bool jump_is_good = false;
  std::optional<std::string> text; ///< in the immediate
};

Line line_at(const Code& code, std::span<const Instruction> all, size_t index) {
  Line line{all[index], {}, false, text_in(code, all[index])};
  if (index + 1 == all.size() || !is_jump(all[index + 1].op)) return line;
  line.jumps_to = pushed_by(code, all[index]);
  line.jump_is_good =
      line.jumps_to && line.jumps_to->fits_u64() && code.is_jump_destination(line.jumps_to->w[0]);
  return line;
}

std::string remarks_on(const Line& line, Fork fork) {
  const Instruction& instruction = line.instruction;
  std::string remarks;
  const auto add = [&](const std::string& remark) {
    remarks += (remarks.empty() ? "" : "; ") + remark;
  };
  if (!instruction.defined) add("undefined in " + std::string(name(fork)));
  if (instruction.padding_bytes != 0)
    add(fmt::format("the last {} of {} bytes lie behind the end of the code, as zeros",
                    instruction.padding_bytes, instruction.immediate_bytes));
  if (line.jumps_to && !line.jump_is_good) add("no jump destination");
  if (line.text) add("\"" + *line.text + "\"");
  return remarks;
}

std::string to_text(const Code& code, std::span<const Instruction> instructions, Fork fork) {
  std::string out = fmt::format("; {} bytes, rules of {}\n", code.size(), name(fork));
  const size_t digits = fmt::formatted_size("{:x}", code.size());
  for (size_t i = 0; i < instructions.size(); ++i) {
    const Instruction& next = instructions[i];
    std::string line = fmt::format("{} {:0{}x}  {}", code.is_jump_destination(next.pc) ? '>' : ' ',
                                   next.pc, std::max<size_t>(digits, 4), to_text(code, next));
    if (const std::string remarks = remarks_on(line_at(code, instructions, i), fork);
        !remarks.empty())
      line = fmt::format("{:{}}  ; {}", line, remark_column, remarks);
    out += line + "\n";
  }
  return out;
}

void put(JsonWriter& json, const Code& code, const Line& line) {
  const Instruction& next = line.instruction;
  json.begin_object().key("pc").number(next.pc);
  json.key("byte").hex(BytesView(&next.op, 1));
  if (next.defined)
    json.key("name").text(name_of_opcode(next.op));
  else
    json.key("name").null();
  if (next.defined && next.immediate_bytes != 0)
    json.key("immediate").hex({code.padded() + next.pc + 1, next.immediate_bytes});
  if (next.padding_bytes != 0) json.key("paddingBytes").number(next.padding_bytes);
  if (code.is_jump_destination(next.pc)) json.key("jumpDestination").boolean(true);
  if (line.jumps_to) {
    json.key("jumpsTo").quantity(*line.jumps_to);
    json.key("isJumpDestination").boolean(line.jump_is_good);
  }
  if (line.text) json.key("text").text(*line.text);
  json.end_object();
}

std::string to_json(const Code& code, std::span<const Instruction> instructions, Fork fork) {
  JsonWriter json;
  json.begin_object().key("fork").text(name(fork)).key("bytes").number(code.size());
  json.key("instructions").begin_array();
  for (size_t i = 0; i < instructions.size(); ++i) put(json, code, line_at(code, instructions, i));
  json.end_array().end_object();
  return json.take() + "\n";
}

} // namespace

std::string show_disassembly(const LoadedCode& loaded, bool json) {
  const Code code(loaded.bytes);
  const auto instructions = disassemble(code, loaded.fork);
  return json ? to_json(code, instructions, loaded.fork) : to_text(code, instructions, loaded.fork);
}

void add_disasm_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<CodeOptions>();
  CLI::App* command = app.add_subcommand("disasm", "Show bytecode as instructions");
  add_code_options(*command, *options);
  command->callback([options, &exit_status] {
    exit_status = run_code_command("disasm", *options, show_disassembly);
  });
}

} // namespace runahead
