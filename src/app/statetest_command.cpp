#include "app/statetest_command.hpp"

#include "app/suite_options.hpp"
#include "statetest/state_format.hpp"

#include <CLI/CLI.hpp>

namespace runahead {

void add_statetest_command(CLI::App& app, int& status) {
  auto options = std::make_shared<SuiteCommandOptions>();
  CLI::App* command =
      app.add_subcommand("statetest", "Run conformance fixtures (GeneralStateTest)");
  add_suite_options(*command, *options, "path :: name [fork d/g/v]");
  command->callback([options, &status] {
    status = run_suite_command("statetest", *options,
                               [](const Engine& engine, const CaseOptions& cases) {
                                 return std::make_unique<StateFormat>(engine, cases);
                               });
  });
}

} // namespace runahead
