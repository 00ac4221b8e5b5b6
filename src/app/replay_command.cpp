#include "app/replay_command.hpp"

#include "app/engine_choice.hpp"
#include "app/exit_status.hpp"
#include "io/json_writer.hpp"
#include "statetest/replay.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <thread>

namespace runahead {
namespace {

/// What the command line says.
struct ReplayOptions {
  std::vector<std::string> paths;
  std::string engine = default_engine;
  uint64_t chain_id = 1;
  unsigned threads = 1;
  unsigned repeat = 1;
  bool json = false;
};

int refuse(const std::string& message) {
  std::fprintf(stderr, "runahead replay: %s\n", message.c_str());
  return exit_status::bad_usage;
}

std::string to_text(const ReplayOutcome& o) {
  char figures[160];
  const auto execution_us = static_cast<double>(std::max<uint64_t>(o.execution_us, 1));
  std::snprintf(figures, sizeof figures,
                "%zu transactions, %llu gas, senders %.2f ms, execution "
                "%.2f ms, %.0f Mgas/s",
                o.transactions, static_cast<unsigned long long>(o.gas_used),
                static_cast<double>(o.senders_us) / 1000, execution_us / 1000,
                static_cast<double>(o.gas_used) / execution_us);
  std::string text = (o.faults.empty() ? "ok   " : "FAIL ") + std::to_string(o.number) + " " +
                     o.fork + ": " + figures;
  if (!o.receipts_checked && o.faults.empty())
    text += "; receipts root not checked before Byzantium";
  for (const std::string& fault : o.faults) text += "\n    " + fault;
  if (o.unlisted_accounts + o.unlisted_slots != 0)
    text += "\n    read but in no file, so taken as zero: " + std::to_string(o.unlisted_accounts) +
            " accounts, " + std::to_string(o.unlisted_slots) + " slots";
  return text + "\n";
}

void put(JsonWriter& json, const ReplayOutcome& o) {
  json.begin_object().key("number").number(o.number).key("fork").text(o.fork);
  json.key("transactions").number(o.transactions).key("gasUsed").number(o.gas_used);
  json.key("ok").boolean(o.faults.empty()).key("receiptsChecked").boolean(o.receipts_checked);
  json.key("faults").begin_array();
  for (const std::string& fault : o.faults) json.text(fault);
  json.end_array().key("unlistedReads").begin_array();
  for (const std::string& read : o.unlisted_reads) json.text(read);
  json.end_array().key("sendersMicroseconds").number(o.senders_us);
  json.key("executionMicroseconds").number(o.execution_us).end_object();
}

/// Replays one folder, as often as told; the last time counts.
Result<ReplayOutcome> replay_folder(const std::string& folder, const ForkSchedule& schedule,
                                    const Engine& engine, Caches& caches,
                                    const ReplayOptions& options) {
  const auto replay_case = read_replay_case(folder);
  if (!replay_case) return std::unexpected(replay_case.error());
  ReplayOutcome outcome;
  for (unsigned i = 0; i < options.repeat; ++i)
    outcome = replay(*replay_case, schedule, engine, caches, options.threads);
  return outcome;
}

int run_replay(const ReplayOptions& options) {
  const auto engine = make_engine(options.engine);
  if (!engine) return refuse("--engine: " + engine.error().message);
  const ChainConfig* chain = find_chain(options.chain_id);
  if (chain == nullptr)
    return refuse("--chain-id: the forks of chain " + std::to_string(options.chain_id) +
                  " are not known");
  const auto folders = find_replay_folders(options.paths);
  if (!folders) return refuse(folders.error().message);
  const ForkSchedule schedule = schedule_of(*chain);
  Caches caches;
  size_t passed = 0, failed = 0;
  JsonWriter json;
  json.begin_object().key("blocks").begin_array();
  for (const std::string& folder : *folders) {
    const auto outcome = replay_folder(folder, schedule, **engine, caches, options);
    if (!outcome) return refuse(outcome.error().message);
    ++(outcome->faults.empty() ? passed : failed);
    if (options.json)
      put(json, *outcome);
    else
      std::fputs(to_text(*outcome).c_str(), stdout);
  }
  if (options.json) {
    json.end_array().key("passed").number(passed).key("failed").number(failed);
    json.key("skipped").number(0).end_object();
    std::puts(json.take().c_str());
  } else {
    std::printf("%zu passed, %zu failed, 0 skipped\n", passed, failed);
  }
  return failed == 0 ? exit_status::ok : exit_status::failed;
}

} // namespace

void add_replay_command(CLI::App& app, int& status) {
  auto options = std::make_shared<ReplayOptions>();
  options->threads = std::max(1u, std::thread::hardware_concurrency());
  CLI::App* command = app.add_subcommand(
      "replay", "Execute blocks of public chains on the state they read, and compare");
  command->add_option("paths", options->paths, "Folders with block.json, and folders of them")
      ->required();
  command->add_option("--engine", options->engine, "Which engine runs the code")
      ->capture_default_str();
  command->add_option("--chain-id", options->chain_id, "The chain whose forks apply")
      ->capture_default_str();
  command->add_option("--threads", options->threads, "For recovering senders")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  command->add_option("--repeat", options->repeat, "Times each block is executed; the last counts")
      ->check(CLI::Range(1u, 1'000'000u))
      ->capture_default_str();
  command->add_flag("--json", options->json, "The report as JSON");
  command->callback([options, &status] { status = run_replay(*options); });
}

} // namespace runahead
