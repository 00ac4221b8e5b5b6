#include "app/local_blocks.hpp"

namespace runahead {

std::unexpected<Error> LocalBlocks::damaged(uint64_t number, std::string_view what) const {
  return fail(database_->folder() + ": is damaged: block " + std::to_string(number) + ": " +
              std::string(what));
}

Result<std::optional<TransactionPlace>> LocalBlocks::find(const Hash256& transaction) const {
  const auto place = database_->find_transaction(transaction);
  if (!place) return std::unexpected(place.error());
  if (!*place) return std::nullopt;
  return TransactionPlace{(*place)->block, (*place)->index};
}

Result<StoredHeader> LocalBlocks::header(uint64_t number) const {
  auto stored = database_->header(number);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return damaged(number, "its header is missing");
  auto header = decode_header((*stored)->rlp);
  if (!header) return damaged(number, "its header: " + header.error().message);
  const uint256 before = (*stored)->total_difficulty - header->difficulty;
  const BlockRules rules = schedule_.at(number, header->timestamp, before);
  return StoredHeader{std::move(*header), (*stored)->hash, rules, (*stored)->total_difficulty};
}

Result<StoredBlock> LocalBlocks::block(uint64_t number) const {
  const auto head = header(number);
  if (!head) return std::unexpected(head.error());
  const auto rlp = database_->block(number);
  if (!rlp) return std::unexpected(rlp.error());
  if (!*rlp) return damaged(number, "its body is missing");
  auto block = decode_block(**rlp);
  if (!block) return damaged(number, block.error().message);
  const auto senders = database_->senders(number);
  if (!senders) return std::unexpected(senders.error());
  // A genesis block has neither transactions nor a record of their senders.
  const size_t count = *senders ? (*senders)->size() : 0;
  if (count != block->transactions.size())
    return damaged(number, "it has " + std::to_string(block->transactions.size()) +
                               " transactions but " + std::to_string(count) + " senders");
  for (size_t i = 0; i < count; ++i) block->transactions[i].transaction.sender = (**senders)[i];
  return StoredBlock{std::move(*block), head->hash, head->rules, (*rlp)->size()};
}

Result<std::vector<Receipt>> LocalBlocks::receipts(uint64_t number) const {
  const auto stored = database_->receipts(number);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return std::vector<Receipt>{}; // of a genesis block
  auto list = rlp::Reader(**stored).list();
  if (!list) return damaged(number, "its receipts: " + list.error().message);
  std::vector<Receipt> receipts;
  while (!list->done()) {
    const auto item = list->item();
    if (!item) return damaged(number, "its receipts: " + item.error().message);
    // A typed receipt is a string that holds the envelope; a legacy one is the list itself.
    auto receipt = decode_receipt(item->is_list ? item->encoded : item->payload);
    if (!receipt) return damaged(number, "its receipts: " + receipt.error().message);
    receipts.push_back(std::move(*receipt));
  }
  return receipts;
}

BlockRules LocalBlocks::rules_behind(const StoredHeader& parent, uint64_t number,
                                     uint64_t timestamp) const {
  return schedule_.at(number, timestamp, parent.total_difficulty);
}

} // namespace runahead
