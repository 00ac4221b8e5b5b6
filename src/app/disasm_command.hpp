// `runahead disasm`: bytecode as instructions.
#pragma once

#include "app/code_options.hpp"

namespace runahead {

/// One line an instruction, or one JSON object. Jump destinations, what literal jumps go to, what
/// the fork lacks and what the code's end cuts off are marked.
std::string show_disassembly(const LoadedCode& loaded, bool json);

/// Adds the subcommand; its run sets `exit_status`, which must live until the parse ended.
void add_disasm_command(CLI::App& app, int& exit_status);

} // namespace runahead
