#include "app/blocktest_command.hpp"

#include "app/suite_options.hpp"
#include "statetest/block_format.hpp"

#include <CLI/CLI.hpp>

namespace runahead {

void add_blocktest_command(CLI::App& app, int& status) {
  auto options = std::make_shared<SuiteCommandOptions>();
  CLI::App* command = app.add_subcommand("blocktest", "Run conformance fixtures (BlockchainTest)");
  add_suite_options(*command, *options, "path :: name [network]");
  command->callback([options, &status] {
    status = run_suite_command("blocktest", *options,
                               [](const Engine& engine, const CaseOptions& cases) {
                                 return std::make_unique<BlockFormat>(engine, cases);
                               });
  });
}

} // namespace runahead
