#include "app/code_options.hpp"

#include "app/exit_status.hpp"
#include "app/spdlog_logger.hpp"
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "machine/world.hpp"
#include "sources/text_file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

namespace runahead {
namespace {

bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// True if the text has nothing but hex digits, behind 0x if that is in front.
bool looks_like_hex(std::string_view text) {
  return text.starts_with("0x") || (!text.empty() && std::ranges::all_of(text, is_hex_digit));
}

Result<Bytes> parse_code(std::string_view text) {
  return parse_hex_bytes(text.starts_with("0x") ? std::string(text)
                                                : std::string("0x").append(text));
}

/// What was said, checked.
struct CodePlan {
  Bytes bytes;                      ///< given on the command line
  bool from_standard_input = false; ///< or there
  std::optional<std::string> file;  ///< or in this file
  std::optional<StatePlan> state;   ///< or of an account
  Address address;                  ///< of it
  BlockRef block;
  Fork fork = Rules{}.fork; ///< of code that is given
};

Result<void> plan_given(const CodeOptions& options, CodePlan& plan) {
  if (!options.block.empty())
    return fail("--block goes with --alloc, --db or --upstream: code that is given is of no block");
  if (!options.state.fork.empty()) {
    const auto fork = parse_fork(options.state.fork);
    if (!fork) return fail_at("--fork", fork.error());
    plan.fork = *fork;
  }
  std::error_code no_matter;
  if (options.code == "-") {
    plan.from_standard_input = true;
  } else if (options.code.starts_with('@')) {
    plan.file = options.code.substr(1);
  } else if (looks_like_hex(options.code)) {
    auto bytes = parse_code(options.code);
    if (!bytes) return fail_at("code", bytes.error());
    plan.bytes = std::move(*bytes);
  } else if (std::filesystem::exists(options.code, no_matter)) {
    plan.file = options.code;
  } else {
    return fail("code: " + quoted_start(options.code) + " is neither hex nor a file");
  }
  return {};
}

Result<CodePlan> plan_code(const CodeOptions& options) {
  CodePlan plan;
  const StateOptions& state = options.state;
  if (state.alloc.empty() && state.db.empty() && state.upstream.urls.empty()) {
    if (const auto ok = plan_given(options, plan); !ok) return std::unexpected(ok.error());
    return plan;
  }
  auto planned = plan_state(state);
  if (!planned) return std::unexpected(planned.error());
  plan.state = std::move(*planned);
  const auto address = parse_address(options.code);
  if (!address) return fail_at("address", address.error());
  plan.address = *address;
  if (!options.block.empty()) {
    const auto block = parse_block_ref(options.block, true);
    if (!block) return fail_at("--block", block.error());
    plan.block = *block;
  }
  return plan;
}

/// One value of a block's state.
Result<StateValue> read_value(ChainAccess& chain, const ChainBlock& block, const StateKey& key,
                              EventLoop& loop) {
  const auto source = chain.open(block);
  std::optional<std::expected<StateValue, Unavailable>> value;
  source->read({key}, [&](std::vector<Answer> answers) {
    for (Answer& answer : answers)
      if (answer.key == key) value = std::move(answer.value);
  });
  loop.run_until([&] { return value.has_value(); });
  if (!*value)
    return fail(to_string(key) + " unavailable: " + value->error().source + ": " +
                value->error().cause);
  return std::move(**value);
}

Result<LoadedCode> load_account_code(const CodePlan& plan) {
  const std::unique_ptr<Logger> log = make_stderr_logger(LogLevel::warn);
  EventLoop loop;
  const auto chain = open_chain(*plan.state, loop, &loop, *log);
  if (!chain) return std::unexpected(chain.error());
  std::optional<RpcResult<ChainBlock>> block;
  (*chain)->find(plan.block, [&](RpcResult<ChainBlock> found) { block = std::move(found); });
  loop.run_until([&] { return block.has_value(); });
  if (!*block) return fail(block->error().message);
  auto value = read_value(**chain, **block, {StateKind::code, plan.address, {}}, loop);
  if (!value) return std::unexpected(value.error());
  const Bytes& bytes = value->code->bytes;
  if (bytes.empty())
    return fail(to_hex(plan.address) + " has no code at block " +
                std::to_string((*block)->env.number));
  if (const auto target = delegation_of(bytes))
    std::fprintf(stderr, "the account delegates to the code of %s (EIP-7702)\n",
                 to_hex(*target).c_str());
  return LoadedCode{bytes, (*block)->rules.fork};
}

/// A pipe or a socket cannot be opened again by name, so standard input is no file.
Result<std::string> read_standard_input(size_t limit_bytes) {
  std::string content(limit_bytes + 1, '\0');
  content.resize(std::fread(content.data(), 1, content.size(), stdin));
  if (std::ferror(stdin)) return fail("cannot be read");
  if (content.size() > limit_bytes) return fail("too large");
  return content;
}

Result<LoadedCode> load_code(CodePlan plan) {
  if (plan.state) return load_account_code(plan);
  if (!plan.file && !plan.from_standard_input) return LoadedCode{std::move(plan.bytes), plan.fork};
  const std::string place = plan.file.value_or("standard input");
  const auto content = plan.file ? read_text_file(*plan.file, limits::request_bytes)
                                 : read_standard_input(limits::request_bytes);
  if (!content)
    return plan.file ? std::unexpected(content.error()) : fail_at(place, content.error());
  auto bytes = code_in(*content);
  if (!bytes) return fail_at(place, bytes.error());
  return LoadedCode{std::move(*bytes), plan.fork};
}

} // namespace

Result<Bytes> code_in(std::string_view content) {
  const auto is_text = [](char c) { return is_white(c) || (c >= ' ' && c <= '~'); };
  if (!std::ranges::all_of(content, is_text)) return Bytes(content.begin(), content.end());
  std::string digits;
  std::ranges::remove_copy_if(content, std::back_inserter(digits), is_white);
  return parse_code(digits);
}

void add_code_options(CLI::App& command, CodeOptions& options) {
  command
      .add_option(
          "code", options.code,
          "Hex, - for standard input, @FILE or a path: hex text or raw bytes. With --alloc, "
          "--db or --upstream, the address of an account")
      ->required();
  add_state_options(command, options.state);
  command.add_option("--block", options.block,
                     "Number, hash or tag of the block whose state has the account; latest if not "
                     "given");
  command.add_flag("--json", options.json, "As one JSON object");
}

int run_code_command(const std::string& command, const CodeOptions& options, const ShowCode& show) {
  const auto refuse = [&](const Error& error, int status) {
    std::fprintf(stderr, "runahead %s: %s\n", command.c_str(), error.message.c_str());
    return status;
  };
  auto plan = plan_code(options);
  if (!plan) return refuse(plan.error(), exit_status::bad_usage);
  const auto code = load_code(std::move(*plan));
  if (!code) return refuse(code.error(), exit_status::failed);
  const Result<std::string> text = show(*code, options.json);
  if (!text) return refuse(text.error(), exit_status::bad_usage);
  if (std::fwrite(text->data(), 1, text->size(), stdout) != text->size() ||
      std::fflush(stdout) != 0)
    return refuse({"the output could not be written in full"}, exit_status::failed);
  return exit_status::ok;
}

} // namespace runahead
