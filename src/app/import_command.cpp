#include "app/import_command.hpp"

#include "app/chain_import.hpp"
#include "app/exit_status.hpp"
#include "app/genesis_block.hpp"
#include "app/state_import.hpp"
#include "base/hex.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>

namespace runahead {
namespace {

int refuse(const Error& error, int status) {
  std::fprintf(stderr, "runahead import: %s\n", error.message.c_str());
  return status;
}

Result<void> check(const ImportOptions& options) {
  const bool state = !options.alloc.empty(), genesis = !options.genesis.empty();
  const bool chain = !options.chain.empty();
  if (state && genesis) return fail("--alloc and --genesis exclude each other");
  if (state && chain)
    return fail("--chain needs the genesis block: give --genesis in place of --alloc");
  if (!state && !genesis && !chain)
    return fail("nothing to import: give --alloc, --genesis or --chain");
  if (options.force && !state && !genesis)
    return fail("--force goes with --alloc and --genesis: --chain alone extends a database");
  return {};
}

Result<AllocFile> load(const std::string& path) {
  auto file = load_alloc(path);
  if (file)
    for (const std::string& warning : file->warnings)
      std::fprintf(stderr, "runahead import: %s: %s\n", path.c_str(), warning.c_str());
  return file;
}

void tell(const ImportOptions& options, const StateCounts& counts, const std::string& more) {
  std::printf("%s: %zu accounts, %zu slots%s\n", options.db.c_str(), counts.accounts, counts.slots,
              more.c_str());
}

Result<void> import_accounts(const ImportOptions& options) {
  const auto file = load(options.alloc);
  if (!file) return std::unexpected(file.error());
  const auto counts = import_state(options.db, *file, nullptr, options.force);
  if (!counts) return std::unexpected(counts.error());
  tell(options, *counts, "");
  return {};
}

Result<void> import_genesis(const ImportOptions& options) {
  const auto file = load(options.genesis);
  if (!file) return std::unexpected(file.error());
  const auto block = genesis_block(*file);
  if (!block) return fail_at(options.genesis, block.error());
  // Before anything that is there is replaced.
  if (const auto ok = check_chain_start(options.chain, *block); !ok) return ok;
  const auto counts = import_state(options.db, *file, &*block, options.force);
  if (!counts) return std::unexpected(counts.error());
  tell(options, *counts, "; genesis block " + to_hex(header_hash(block->header)));
  return {};
}

} // namespace

int run_import(const ImportOptions& options) {
  if (const auto ok = check(options); !ok) return refuse(ok.error(), exit_status::bad_usage);
  const auto engine = make_engine(options.engine);
  if (!engine) return refuse({"--engine: " + engine.error().message}, exit_status::bad_usage);
  Result<void> ok;
  if (!options.alloc.empty()) ok = import_accounts(options);
  if (!options.genesis.empty()) ok = import_genesis(options);
  if (ok && !options.chain.empty()) ok = import_chain(options.db, options.chain, **engine);
  return ok ? exit_status::ok : refuse(ok.error(), exit_status::failed);
}

void add_import_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand("import", "Make a database of an account file, or of a "
                                                   "genesis file and the blocks behind it");
  command->add_option("--db", options->db, "Folder of the database")->required();
  command->add_option("--alloc", options->alloc,
                      "Account file, or its .xz: the state of one block");
  command->add_option("--genesis", options->genesis, "Genesis file, or its .xz: starts a chain");
  command->add_option("--chain", options->chain,
                      "Blocks in RLP, one behind the other, to execute and check; without "
                      "--genesis they extend the database");
  command->add_option("--engine", options->engine, "Which engine runs the code")
      ->envname("RUNAHEAD_ENGINE")
      ->capture_default_str();
  command->add_flag("--force", options->force, "Replace the database that is there");
  command->callback([options, &exit_status] { exit_status = run_import(*options); });
}

} // namespace runahead
