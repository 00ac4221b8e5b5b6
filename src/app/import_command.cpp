#include "app/import_command.hpp"

#include "app/exit_status.hpp"
#include "app/progress.hpp"
#include "sources/alloc_file.hpp"
#include "sources/lmdb_writer.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

namespace runahead {
namespace {

namespace fs = std::filesystem;

struct Counts {
  size_t accounts = 0, slots = 0;
};

/// The folder must be free, unless it may be replaced; those above it are made.
Result<void> prepare_folder(const ImportOptions& options) {
  std::error_code error;
  const fs::path folder = fs::absolute(options.db, error).lexically_normal();
  if (!options.force && fs::exists(folder / "data.mdb", error))
    return fail(options.db + ": is a database already; --force replaces it");
  const fs::path place = folder.has_filename() ? folder : folder.parent_path();
  fs::create_directories(place.parent_path(), error);
  if (error) return fail(options.db + ": " + error.message());
  return {};
}

Result<Counts> write_accounts(LmdbWriter& writer, const AccountMap& accounts) {
  std::vector<const AccountMap::value_type*> ordered;
  for (const auto& entry : accounts) ordered.push_back(&entry);
  std::ranges::sort(ordered, {}, [](const auto* entry) { return entry->first; });
  ProgressBar bar;
  Counts counts;
  for (const auto* entry : ordered) {
    if (const auto ok = writer.put_account(entry->first, entry->second); !ok)
      return std::unexpected(ok.error());
    ++counts.accounts;
    counts.slots += entry->second.storage.size();
    bar.show(counts.accounts, accounts.size(), std::to_string(counts.slots) + " slots");
  }
  return counts;
}

Result<Counts> import(const ImportOptions& options) {
  const auto file = load_alloc(options.alloc);
  if (!file) return std::unexpected(file.error());
  for (const std::string& warning : file->warnings)
    std::fprintf(stderr, "runahead import: %s: %s\n", options.alloc.c_str(), warning.c_str());
  if (const auto ok = prepare_folder(options); !ok) return std::unexpected(ok.error());
  auto writer = LmdbWriter::create(options.db, *file, true);
  if (!writer) return std::unexpected(writer.error());
  const auto counts = write_accounts(*writer, file->accounts);
  if (!counts) return std::unexpected(counts.error());
  if (const auto ok = writer->commit(); !ok) return std::unexpected(ok.error());
  return counts;
}

} // namespace

int run_import(const ImportOptions& options) {
  const auto counts = import(options);
  if (!counts) {
    std::fprintf(stderr, "runahead import: %s\n", counts.error().message.c_str());
    return exit_status::failed;
  }
  std::printf("%s: %zu accounts, %zu slots\n", options.db.c_str(), counts->accounts, counts->slots);
  return exit_status::ok;
}

void add_import_command(CLI::App& app, int& exit_status) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* command = app.add_subcommand("import", "Make a database from an account file");
  command->add_option("--db", options->db, "Folder of the database to make")->required();
  command->add_option("--alloc", options->alloc, "Account or genesis file, or its .xz")->required();
  command->add_flag("--force", options->force, "Replace the database that is there");
  command->callback([options, &exit_status] { exit_status = run_import(*options); });
}

} // namespace runahead
