#include "app/genesis_block.hpp"

#include "app/chain_schedule.hpp"
#include "block/receipt.hpp"
#include "block/requests.hpp"
#include "state/state_trie.hpp"

#include <algorithm>

namespace runahead {
namespace {

Hash256 state_root_of(const AccountMap& accounts) {
  std::vector<std::vector<std::pair<uint256, uint256>>> storages;
  std::vector<StateTrie::Entry> entries;
  storages.reserve(accounts.size()); // entries point into them
  for (const auto& [address, account] : accounts) {
    const auto& slots = storages.emplace_back(account.storage.begin(), account.storage.end());
    entries.push_back({address, account.nonce, account.balance,
                       account.code ? account.code->hash : empty_code_hash, slots});
  }
  StateTrie trie;
  trie.load(entries);
  return trie.root();
}

/// Fields that came with later forks.
void add_fork_fields(const AllocFile& file, const GenesisFields& fields, Fork fork, Block& block) {
  BlockHeader& header = block.header;
  if (fork >= Fork::london) header.base_fee = file.block.base_fee;
  if (fork >= Fork::shanghai) {
    block.withdrawals.emplace();
    header.withdrawals_root = empty_trie_root;
  }
  if (fork >= Fork::cancun) {
    header.blob_gas_used = fields.blob_gas_used.value_or(0);
    header.excess_blob_gas = file.excess_blob_gas;
    header.parent_beacon_root.emplace();
  }
  if (fork >= Fork::prague) header.requests_hash = requests_hash({});
}

} // namespace

Result<Block> genesis_block(const AllocFile& file) {
  if (!file.genesis) return fail("is no genesis file: it has no config");
  const GenesisFields& fields = *file.genesis;
  Block block;
  BlockHeader& header = block.header;
  header.parent_hash = fields.parent_hash;
  header.coinbase = file.block.coinbase;
  header.state_root = state_root_of(file.accounts);
  header.transactions_root = header.receipts_root = empty_trie_root;
  header.difficulty = fields.difficulty;
  header.number = file.block.number;
  header.gas_limit = file.block.gas_limit;
  header.gas_used = fields.gas_used;
  header.timestamp = file.block.timestamp;
  header.extra_data = fields.extra_data;
  header.mix_hash = fields.mix_hash;
  for (size_t i = 0; i < header.nonce.size(); ++i)
    header.nonce[i] = static_cast<uint8_t>(fields.nonce >> (56 - 8 * i));
  const auto rules = schedule_of(file).at(header.number, header.timestamp, fields.difficulty).rules;
  add_fork_fields(file, fields, rules.fork, block);
  return block;
}

} // namespace runahead
