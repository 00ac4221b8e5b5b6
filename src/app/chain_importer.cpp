#include "app/chain_importer.hpp"

#include "app/chain_schedule.hpp"
#include "app/state_trie_load.hpp"
#include "base/hex.hpp"
#include "base/limits.hpp"
#include "block/validation.hpp"

#include <algorithm>
#include <utility>

namespace runahead {
namespace {

constexpr int64_t slice_gas = 100'000'000;

std::string name_of(uint64_t number, const Hash256& hash) {
  return "block " + std::to_string(number) + " (" + to_hex(hash) + ")";
}

/// Receipts before Byzantium hold the state's root after each transaction.
class TrieRoots final : public StateRoots {
public:
  explicit TrieRoots(StateTrie& trie) : trie_(trie) {}

  Hash256 root_after(std::span<const AccountChange> changes) override {
    trie_.apply(changes);
    return trie_.root();
  }

private:
  StateTrie& trie_;
};

/// As blocks' receipts go over the wire: an envelope with a type is a string in the list.
Bytes encode_receipts(std::span<const Receipt> receipts) {
  rlp::Writer list;
  for (const Receipt& receipt : receipts) {
    const Bytes envelope = encode_receipt(receipt);
    if (receipt.type == TxType::legacy)
      list.raw(envelope);
    else
      list.string(envelope);
  }
  return list.as_list();
}

} // namespace

ChainImporter::ChainImporter(LmdbExtender chain, const Engine& engine)
    : chain_(std::move(chain)), engine_(engine), schedule_(schedule_of(chain_.flushed().about())),
      view_(chain_) {}

Result<std::unique_ptr<ChainImporter>>
ChainImporter::open(const std::string& folder, const Engine& engine, const Progress& progress) {
  auto chain = LmdbExtender::open(folder);
  if (!chain) return std::unexpected(chain.error());
  std::unique_ptr<ChainImporter> importer(new ChainImporter(std::move(*chain), engine));
  if (const auto ok = importer->load_ancestors(); !ok) return std::unexpected(ok.error());
  if (const auto ok = importer->load_trie(progress); !ok) return std::unexpected(ok.error());
  return importer;
}

Result<void> ChainImporter::load_ancestors() {
  const LmdbDatabase& data = chain_.flushed();
  const auto lacks = [&](uint64_t number) {
    return fail(data.folder() + ": is damaged: it lacks block " + std::to_string(number));
  };
  for (uint64_t number = chain_.head(); ancestors_.size() < ommer_generations; --number) {
    const auto rlp = data.block(number);
    if (!rlp) return std::unexpected(rlp.error());
    if (!*rlp) return lacks(number);
    auto block = decode_block(**rlp);
    if (!block) return fail_at(data.folder() + ": is damaged", block.error());
    const Hash256 hash = header_hash(block->header);
    ancestors_.push_back({std::move(*block), hash});
    if (number == data.first()) break;
  }
  const auto header = data.header(chain_.head());
  if (!header) return std::unexpected(header.error());
  if (!*header) return lacks(chain_.head());
  total_difficulty_ = (*header)->total_difficulty;
  return {};
}

Result<void> ChainImporter::load_trie(const Progress& progress) {
  TrieLoad load(trie_);
  const auto ok =
      chain_.visit_accounts([&](const Address& address, const Account& account) -> Result<void> {
        load.add(address, account);
        // They come in the order of addresses, and those are as good as random.
        progress((address.bytes[0] * 256 + address.bytes[1]) / 65536.0);
        return {};
      });
  if (!ok) return ok;
  load.finish();
  const Hash256& wanted = ancestors_.front().block.header.state_root;
  if (trie_.root() == wanted) return {};
  return fail(chain_.flushed().folder() + ": is damaged: the state of block " +
              std::to_string(head()) + " has the root " + to_hex(trie_.root()) +
              ", but its header names " + to_hex(wanted));
}

Result<void> ChainImporter::import(BytesView block_rlp) {
  auto block = decode_block(block_rlp);
  if (!block)
    return fail("the block behind " + std::to_string(head()) + ": " + block.error().message);
  const Hash256 hash = header_hash(block->header);
  const uint64_t number = block->header.number;
  auto ok = number <= head() ? skip(*block, hash) : execute({std::move(*block), hash}, block_rlp);
  if (!ok) return fail_at(name_of(number, hash), ok.error());
  if (chain_.unflushed() >= limits::import_records) return chain_.flush();
  return {};
}

/// A block that the database has already: it must be the same one.
Result<void> ChainImporter::skip(const Block& block, const Hash256& hash) {
  const auto value = chain_.value(StateKey::block_hash(block.header.number));
  if (!value) return fail(value.error().source + ": " + value.error().cause);
  if (value->word != from(hash))
    return fail("the database has another block with this number, " + to_hex(to_hash(value->word)) +
                ": only the same chain can be extended");
  ++counts_.skipped;
  return {};
}

std::optional<InvalidBlock> ChainImporter::check_before(Block& block, size_t size_bytes,
                                                        const BlockRules& rules) {
  const Known& parent = ancestors_.front();
  if (auto fault = validate_header(block.header, parent.block.header, rules)) return fault;
  if (auto fault = validate_body(block, size_bytes, rules)) return fault;
  std::vector<Ancestor> ancestors;
  for (const Known& known : ancestors_)
    ancestors.push_back({&known.block.header, known.hash, known.block.ommers});
  if (auto fault = validate_ommers(block, ancestors, schedule_)) return fault;
  return recover_senders(block.transactions, rules.rules.fork);
}

Result<void> ChainImporter::run(BlockExecution& execution) {
  while (true) {
    switch (execution.run(slice_gas)) {
    case Program::Progress::done: return {};
    case Program::Progress::slice_over: break;
    case Program::Progress::want:
      if (const auto& failure = view_.failure())
        return fail(failure->source + ": " + failure->cause);
      return fail("state that the database should have is missing: " +
                  to_string(execution.wants().at(0)));
    }
  }
}

Result<void> ChainImporter::execute(Known known, BytesView rlp) {
  Block& block = known.block;
  const BlockHeader& header = block.header;
  const Known& parent = ancestors_.front();
  if (header.parent_hash != parent.hash)
    return fail("parentHash: have " + to_hex(header.parent_hash) + ", want " + to_hex(parent.hash) +
                ", the hash of the newest block " + std::to_string(head()));
  const auto rules = schedule_.at(header.number, header.timestamp, total_difficulty_);
  if (const auto fault = check_before(block, rlp.size(), rules)) return fail(fault->message);
  TrieRoots roots(trie_);
  BlockOptions options;
  if (!rules.since(Fork::byzantium)) options.roots = &roots;
  BlockExecution execution(block_input(block, rules), view_, engine_, caches_, options);
  if (const auto ok = run(execution); !ok) return ok;
  if (execution.met_limit()) return fail(std::string(name(Status::precompile_beyond_limits)));
  if (execution.invalid()) return fail(execution.invalid()->message);
  if (const auto fault = check_results(header, execution)) return fail(fault->message);
  const auto changes = execution.state().changes();
  trie_.apply(changes);
  if (trie_.root() != header.state_root)
    return fail("stateRoot: have " + to_hex(header.state_root) + ", want " + to_hex(trie_.root()));
  return put(std::move(known), rlp, execution, changes);
}

Result<void> ChainImporter::put(Known known, BytesView rlp, const BlockExecution& execution,
                                std::span<const AccountChange> changes) {
  const Block& block = known.block;
  // It has been decoded: these are there.
  const rlp::Item list = *rlp::Reader(rlp).item();
  const BytesView header = rlp::Reader(list.payload).item()->encoded;
  const Bytes receipts = encode_receipts(execution.receipts());
  std::vector<Hash256> hashes;
  std::vector<Address> senders;
  for (const SignedTransaction& tx : block.transactions) {
    hashes.push_back(transaction_hash(tx));
    senders.push_back(tx.transaction.sender);
  }
  total_difficulty_ = total_difficulty_ + block.header.difficulty;
  const auto ok = chain_.put_block({block.header.number, known.hash, total_difficulty_, header,
                                    list.payload.subspan(header.size()), receipts, hashes, senders},
                                   changes);
  if (!ok) return ok;
  view_.apply(changes);
  ++counts_.blocks;
  counts_.transactions += block.transactions.size();
  counts_.gas += block.header.gas_used;
  ancestors_.push_front(std::move(known));
  if (ancestors_.size() > ommer_generations) ancestors_.pop_back();
  return {};
}

} // namespace runahead
