// The code that `runahead disasm`, `blocks` and `ir` look at: given as hex or in a file, or that
// of an account.
#pragma once

#include "app/state_options.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "spec/fork.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace runahead {

/// As given on the command line.
struct CodeOptions {
  std::string code;   ///< hex, `-`, `@FILE`, a path; an address where there is a state
  StateOptions state; ///< nothing but the fork is needed where the code itself is given
  std::string block;
  bool json = false;
};

/// Adds the options to `command`; `options` must live until the parse ended.
void add_code_options(CLI::App& command, CodeOptions& options);

/// Code, and the fork by whose rules it is looked at.
struct LoadedCode {
  Bytes bytes;
  Fork fork = Rules{}.fork; ///< the newest, unless told otherwise
};

/// What a file or standard input holds: hex digits with white space anywhere, an optional 0x in
/// front; or, where there are bytes that no text has, the code itself. Text that is no hex is
/// refused.
Result<Bytes> code_in(std::string_view content);

/// What a command prints of the code; an error is a command line that makes no sense for it.
using ShowCode = std::function<Result<std::string>(const LoadedCode& code, bool json)>;

/// Runs `command` on the code: reads it, reports what is wrong on standard error behind the
/// command's name, else prints what `show` makes of it. Gives the exit status: 1 for code that
/// cannot be had, 2 for a command line that makes no sense.
int run_code_command(const std::string& command, const CodeOptions& options, const ShowCode& show);

} // namespace runahead
