#include "base/hex.hpp"
#include "depblock/form/text.hpp"

#include <charconv>
#include <optional>

namespace runahead::depblock {
namespace {

std::vector<std::string_view> words_of_line(std::string_view line) {
  line = line.substr(0, line.find(';'));
  std::vector<std::string_view> words;
  for (size_t from = 0;;) {
    from = line.find_first_not_of(" \t\r", from);
    if (from == line.npos) return words;
    const size_t to = std::min(line.find_first_of(" \t\r", from), line.size());
    words.push_back(line.substr(from, to - from));
    from = to;
  }
}

std::optional<int64_t> parse_int(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

class Parser {
public:
  Result<Block> run(std::string_view text);

private:
  void head();
  void line();
  void instruction(std::string_view name, bool has_result);
  void spill();
  bool end(std::string_view name);
  Operand operand(std::string_view text);
  void tail(Instr& instr);

  bool more() const { return next_ < words_.size(); }
  std::string_view word() { return more() ? words_[next_++] : std::string_view(); }
  template <class T>
  T number(std::string_view what);
  template <class T>
  T number_after(std::string_view name) {
    if (word() != name) complain("expected `" + std::string(name) + "`");
    return number<T>(name);
  }
  void complain(const std::string& what) {
    if (error_.empty()) error_ = what;
  }

  Block block_;
  std::vector<std::string_view> words_;
  size_t next_ = 0;
  bool has_spills_ = false, ended_ = false;
  std::string error_;
};

template <class T>
T Parser::number(std::string_view what) {
  const std::string_view text = word();
  const auto parsed = parse_int(text);
  if (!parsed || !std::in_range<T>(*parsed)) {
    complain("expected a number for " + std::string(what) + ", not " + quoted_start(text));
    return 0;
  }
  return static_cast<T>(*parsed);
}

void Parser::head() {
  block_.pc = number_after<uint32_t>("block");
  block_.opcodes = number_after<uint32_t>("opcodes");
  block_.facts.gas = number_after<uint32_t>("gas");
  block_.facts.stack_required = number_after<uint16_t>("need");
  block_.facts.stack_growth = number_after<uint16_t>("grow");
  block_.delta = number_after<Slot>("delta");
  block_.placed = true;
  while (more()) {
    const std::string_view name = word();
    if (name == "pieces")
      block_.pieces = number<uint32_t>(name);
    else if (name == "loose")
      block_.placed = false;
    else
      return complain("unknown word " + quoted_start(name));
  }
}

Operand Parser::operand(std::string_view text) {
  const char sign = text.empty() ? ' ' : text[0];
  const std::string_view rest = text.substr(text.empty() ? 0 : 1);
  if (sign == '#') {
    const auto literal = parse_number(rest);
    if (literal) return block_.literal(*literal);
  } else if (sign == '$') {
    const auto id = parse_int(rest);
    if (id && *id >= 0 && *id < Operand::word_end)
      return Operand::of(ValueId{static_cast<uint32_t>(*id)});
  } else if (sign == '@') {
    const auto slot = parse_int(rest);
    if (slot && *slot > -(1 << 20) && *slot < 1 << 20)
      return Operand::unspill(static_cast<Slot>(*slot));
  }
  complain("expected an operand, not " + quoted_start(text));
  return {};
}

/// Where a bound instruction stands, and the gas behind it.
void Parser::tail(Instr& instr) {
  if (instr.bond() == Bond::pure) return;
  instr.pc = number_after<uint32_t>("at");
  instr.rest_gas = number_after<uint32_t>("rest");
}

void Parser::instruction(std::string_view name, bool has_result) {
  constexpr std::string_view paid = ".paid";
  Instr instr{.first_operand = static_cast<uint32_t>(block_.operands.size())};
  instr.paid = name.ends_with(paid);
  if (instr.paid) name.remove_suffix(paid.size());
  unsigned op = 0;
  while (op < 256 && info(static_cast<uint8_t>(op)).name != name) ++op;
  if (name == "unspill") op = op_unspill;
  if (op == 256 || op_facts[op].bond == Bond::none)
    return complain("unknown instruction " + quoted_start(name));
  instr.op = static_cast<uint8_t>(op);
  if (has_result != instr.has_result())
    return complain(std::string(name) + (has_result ? " gives no result" : " gives a result"));
  for (uint32_t i = 0; i < instr.arity(); ++i)
    block_.operands.push_back(op == op_unspill ? Operand::unspill(number<Slot>("a slot"))
                                               : operand(word()));
  tail(instr);
  block_.instrs.push_back(instr);
}

void Parser::spill() {
  const auto here = static_cast<uint32_t>(block_.instrs.size());
  if (has_spills_ && here != block_.spill_at) return complain("the spills stand apart");
  has_spills_ = true;
  block_.spill_at = here;
  const Operand value = operand(word());
  block_.spills.push_back({value, number<Slot>("a slot")});
}

bool Parser::end(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, EndKind>, 10> kinds = {{
      {"JUMP", EndKind::jump},
      {"JUMPI", EndKind::branch},
      {"FALL", EndKind::fall},
      {"STOP", EndKind::stop},
      {"RETURN", EndKind::give_back},
      {"REVERT", EndKind::revert},
      {"SELFDESTRUCT", EndKind::selfdestruct},
      {"INVALID", EndKind::invalid},
      {"UNDEFINED", EndKind::undefined},
      {"REFUSED", EndKind::refused},
  }};
  const auto* row = std::ranges::find(kinds, name, &std::pair<std::string_view, EndKind>::first);
  if (row == kinds.end()) return false;
  End& last = block_.end;
  last.kind = row->second;
  for (unsigned op = 0; op < 256; ++op)
    if (info(static_cast<uint8_t>(op)).name == name) last.op = static_cast<uint8_t>(op);
  if (last.kind == EndKind::undefined) last.op = number<uint8_t>("the opcode");
  for (Operand& taken : block_.end_operands()) taken = operand(word());
  last.pc = number_after<uint32_t>("at");
  if (last.kind == EndKind::branch) last.next = last.pc + 1;
  if (last.kind == EndKind::fall) last.next = last.pc;
  ended_ = true;
  return true;
}

void Parser::line() {
  if (ended_) return complain("the block has ended");
  const std::string_view first = word();
  if (first == "spill") return spill();
  if (end(first)) return;
  if (!first.starts_with('$')) return instruction(first, false);
  if (first.substr(1) != std::to_string(block_.instrs.size()))
    complain("expected $" + std::to_string(block_.instrs.size()));
  if (word() != "=") complain("expected `=`");
  instruction(word(), true);
}

Result<Block> Parser::run(std::string_view text) {
  bool has_head = false;
  for (size_t line_number = 1; !text.empty(); ++line_number) {
    const size_t end_of_line = std::min(text.find('\n'), text.size());
    words_ = words_of_line(text.substr(0, end_of_line));
    next_ = 0;
    text.remove_prefix(std::min(end_of_line + 1, text.size()));
    if (words_.empty()) continue;
    has_head ? line() : head();
    has_head = true;
    if (more()) complain("unexpected " + quoted_start(words_[next_]));
    if (!error_.empty()) return fail("line " + std::to_string(line_number) + ": " + error_);
  }
  if (!ended_) return fail("the block has no end");
  if (!has_spills_) block_.spill_at = static_cast<uint32_t>(block_.instrs.size());
  return std::move(block_);
}

} // namespace

Result<Block> parse_block(std::string_view text) { return Parser().run(text); }

} // namespace runahead::depblock
