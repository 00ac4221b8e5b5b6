#include "app/state_import.hpp"

#include "app/progress.hpp"
#include "sources/lmdb_writer.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

namespace runahead {
namespace {

namespace fs = std::filesystem;

/// The folder must be free, unless it may be replaced; those above it are made.
Result<void> prepare_folder(const std::string& db, bool force) {
  std::error_code error;
  const fs::path folder = fs::absolute(db, error).lexically_normal();
  if (!force && fs::exists(folder / "data.mdb", error))
    return fail(db + ": is a database already; --force replaces it, --chain alone extends it");
  const fs::path place = folder.has_filename() ? folder : folder.parent_path();
  fs::create_directories(place.parent_path(), error);
  if (error) return fail(db + ": " + error.message());
  return {};
}

Result<StateCounts> write_accounts(LmdbWriter& writer, const AccountMap& accounts) {
  std::vector<const AccountMap::value_type*> ordered;
  for (const auto& entry : accounts) ordered.push_back(&entry);
  std::ranges::sort(ordered, {}, [](const auto* entry) { return entry->first; });
  ProgressBar bar;
  StateCounts counts;
  for (const auto* entry : ordered) {
    if (const auto ok = writer.put_account(entry->first, entry->second); !ok)
      return std::unexpected(ok.error());
    ++counts.accounts;
    counts.slots += entry->second.storage.size();
    bar.show(counts.accounts, accounts.size(), std::to_string(counts.slots) + " slots");
  }
  return counts;
}

/// The genesis block has no transactions, so no receipts either.
Result<void> write_block(LmdbWriter& writer, const Block& block) {
  const Bytes rlp = encode_block(block);
  const rlp::Item list = *rlp::Reader(rlp).item();
  const BytesView header = rlp::Reader(list.payload).item()->encoded;
  const Bytes receipts = rlp::Writer().as_list();
  return writer.put_block({.number = block.header.number,
                           .hash = header_hash(block.header),
                           .total_difficulty = block.header.difficulty,
                           .header = header,
                           .body = list.payload.subspan(header.size()),
                           .receipts = receipts,
                           .transactions = {},
                           .senders = {}});
}

} // namespace

Result<StateCounts> import_state(const std::string& db, const AllocFile& file, const Block* genesis,
                                 bool force) {
  if (const auto ok = prepare_folder(db, force); !ok) return std::unexpected(ok.error());
  auto writer = LmdbWriter::create(db, file, true);
  if (!writer) return std::unexpected(writer.error());
  const auto counts = write_accounts(*writer, file.accounts);
  if (!counts) return counts;
  if (genesis != nullptr)
    if (const auto ok = write_block(*writer, *genesis); !ok) return std::unexpected(ok.error());
  if (const auto ok = writer->commit(); !ok) return std::unexpected(ok.error());
  return counts;
}

} // namespace runahead
