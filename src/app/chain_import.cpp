#include "app/chain_import.hpp"

#include "app/chain_importer.hpp"
#include "app/progress.hpp"
#include "base/hex.hpp"
#include "sources/chain_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace runahead {
namespace {

using Clock = std::chrono::steady_clock;

/// What was imported is made durable this often, so that others see it and little is lost.
constexpr auto flush_interval = std::chrono::seconds(2);

constexpr uint64_t progress_steps = 10'000;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string speed(const ChainImporter::Counts& counts, double seconds) {
  return fmt::format("{:.1f} Mgas/s",
                     static_cast<double>(counts.gas) / 1e6 / std::max(seconds, 1e-6));
}

Result<std::unique_ptr<ChainImporter>> open_importer(const std::string& db, const Engine& engine) {
  ProgressBar bar;
  return ChainImporter::open(db, engine, [&bar](double done) {
    bar.show(static_cast<uint64_t>(done * progress_steps), progress_steps,
             "reading the newest state");
  });
}

Result<void> import_file(ChainImporter& importer, const std::string& path,
                         Clock::time_point start) {
  auto file = ChainFile::open(path);
  if (!file) return std::unexpected(file.error());
  ProgressBar bar;
  auto flushed = Clock::now();
  while (true) {
    const auto block = file->next();
    if (!block) return std::unexpected(block.error());
    if (!*block) return {};
    if (const auto ok = importer.import(**block); !ok) return fail_at(path, ok.error());
    bar.show(file->position(), file->size(),
             fmt::format("block {}, {}", importer.head(),
                         speed(importer.counts(), seconds_since(start))));
    if (Clock::now() - flushed < flush_interval) continue;
    if (const auto ok = importer.flush(); !ok) return ok;
    flushed = Clock::now();
  }
}

std::string summary(const std::string& db, const ChainImporter& importer, double seconds) {
  const auto& counts = importer.counts();
  std::string text = fmt::format(
      "{}: {} blocks, {} transactions, {} gas in {:.2f} s ({}); newest {}", db, counts.blocks,
      counts.transactions, counts.gas, seconds, speed(counts, seconds), importer.head());
  if (counts.skipped != 0) text += fmt::format("; {} were there already", counts.skipped);
  return text;
}

} // namespace

Result<void> check_chain_start(const std::vector<std::string>& files, const Block& genesis) {
  for (const std::string& path : files) {
    auto file = ChainFile::open(path);
    if (!file) return std::unexpected(file.error());
    if (&path != &files.front()) continue;
    const auto rlp = file->next();
    if (!rlp) return std::unexpected(rlp.error());
    if (!*rlp) return fail(path + ": is empty");
    const auto first = decode_block(**rlp);
    if (!first) return fail_at(path + ": the first block", first.error());
    const Hash256 wanted = header_hash(genesis.header);
    if (header_hash(first->header) != wanted && first->header.parent_hash != wanted)
      return fail(path + ": block " + std::to_string(first->header.number) + " has the parent " +
                  to_hex(first->header.parent_hash) + ", but the genesis block is " +
                  to_hex(wanted));
  }
  return {};
}

Result<void> import_chain(const std::string& db, const std::vector<std::string>& files,
                          const Engine& engine) {
  const auto importer = open_importer(db, engine);
  if (!importer) return std::unexpected(importer.error());
  const auto start = Clock::now();
  Result<void> ok;
  for (const std::string& path : files)
    if (ok) ok = import_file(**importer, path, start);
  const auto flushed = (*importer)->flush();
  if (!flushed) return ok ? flushed : ok;
  if (!ok)
    return fail(ok.error().message + "\n" + db + " ends at block " +
                std::to_string((*importer)->head()));
  std::printf("%s\n", summary(db, **importer, seconds_since(start)).c_str());
  return {};
}

} // namespace runahead
