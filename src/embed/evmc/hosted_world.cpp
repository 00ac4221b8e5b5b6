#include "embed/evmc/hosted_world.hpp"

#include <algorithm>
#include <array>

namespace runahead::evmc {
namespace {

// The host's answer to a store is a StorageStatus as it is.
static_assert(static_cast<int>(StorageStatus::assigned) ==
              static_cast<int>(runahead::StorageStatus::assigned));
static_assert(static_cast<int>(StorageStatus::modified_restored) ==
              static_cast<int>(runahead::StorageStatus::modified_restored));

CallKind kind_of(runahead::CallKind kind) {
  switch (kind) {
  case runahead::CallKind::call:
  case runahead::CallKind::staticcall: return CallKind::call;
  case runahead::CallKind::callcode: return CallKind::callcode;
  case runahead::CallKind::delegatecall: return CallKind::delegatecall;
  case runahead::CallKind::create: return CallKind::create;
  case runahead::CallKind::create2: return CallKind::create2;
  }
  return CallKind::call;
}

BlockEnv block_of(const TxContext& context) {
  BlockEnv block;
  block.number = static_cast<uint64_t>(context.block_number);
  block.timestamp = static_cast<uint64_t>(context.block_timestamp);
  block.gas_limit = static_cast<uint64_t>(context.block_gas_limit);
  block.coinbase = context.block_coinbase;
  block.prev_randao = from(context.block_prev_randao);
  block.base_fee = from(context.block_base_fee);
  block.blob_base_fee = from(context.blob_base_fee);
  return block;
}

TxEnv tx_of(const TxContext& context) {
  const std::span hashes(context.blob_hashes, context.blob_hashes_count);
  return {context.tx_origin, from(context.tx_gas_price), {hashes.begin(), hashes.end()}};
}

} // namespace

const HostedWorld::Transaction& HostedWorld::transaction() {
  if (!transaction_) {
    const TxContext context = host_.get_tx_context(context_);
    transaction_ = {block_of(context), tx_of(context), from(context.chain_id)};
  }
  return *transaction_;
}

std::optional<Hash256> HostedWorld::block_hash(uint64_t number) {
  return host_.get_block_hash(context_, static_cast<int64_t>(number));
}

// Accounts ----------------------------------------------------------------------------------------

/// Before EIP-2929 nothing is cold, and hosts are not asked.
bool HostedWorld::is_warm(const Address& address) {
  return !since(Fork::berlin) || host_.access_account(context_, &address) == AccessStatus::warm;
}

std::optional<uint256> HostedWorld::balance(const Address& address) {
  return from(host_.get_balance(context_, &address));
}

std::optional<bool> HostedWorld::is_dead(const Address& address) {
  return !host_.account_exists(context_, &address);
}

std::optional<uint64_t> HostedWorld::code_size(const Address& address) {
  return host_.get_code_size(context_, &address);
}

void HostedWorld::copy_code(const Address& address, uint64_t offset, std::span<uint8_t> to) {
  const size_t copied = host_.copy_code(context_, &address, offset, to.data(), to.size());
  std::ranges::fill(to.subspan(std::min(copied, to.size())), uint8_t{0});
}

std::optional<uint256> HostedWorld::code_hash(const Address& address) {
  return from(host_.get_code_hash(context_, &address));
}

// Storage -----------------------------------------------------------------------------------------

bool HostedWorld::was_warm(const Address& self, const Hash256& key) const {
  return !since(Fork::berlin) || host_.access_storage(context_, &self, &key) == AccessStatus::warm;
}

StorageSlot& HostedWorld::slot(const Address& self, const uint256& key) {
  slot_ = {.original = {}, .current = {}, .known = false, .warm = was_warm(self, to_hash(key))};
  return slot_;
}

bool HostedWorld::load(const Address& self, const uint256& key, StorageSlot& slot) {
  const Hash256 place = to_hash(key);
  slot.current = from(host_.get_storage(context_, &self, &place));
  return true;
}

std::optional<Store> HostedWorld::store(const Address& self, const uint256& key,
                                        const uint256& value) {
  const Hash256 place = to_hash(key), word = to_hash(value);
  const bool warm = was_warm(self, place);
  const StorageStatus status = host_.set_storage(context_, &self, &place, &word);
  return Store{static_cast<runahead::StorageStatus>(status), warm};
}

uint256 HostedWorld::transient(const Address& self, const uint256& key) {
  const Hash256 place = to_hash(key);
  return from(host_.get_transient_storage(context_, &self, &place));
}

void HostedWorld::set_transient(const Address& self, const uint256& key, const uint256& value) {
  const Hash256 place = to_hash(key), word = to_hash(value);
  host_.set_transient_storage(context_, &self, &place, &word);
}

// Logs, calls, ends -------------------------------------------------------------------------------

void HostedWorld::log(const Address& self, BytesView data, std::span<const Hash256> topics) {
  host_.emit_log(context_, &self, data.data(), data.size(), topics.data(), topics.size());
}

/// The host finds the code that runs; whose it is, is ours to price and to tell it.
std::optional<Callee> HostedWorld::callee(const Address& target) {
  if (since(Fork::prague)) {
    std::array<uint8_t, delegation_bytes + 1> code; // one more shows that code goes on
    const size_t size = host_.copy_code(context_, &target, 0, code.data(), code.size());
    delegate_ = delegation_of({code.data(), std::min(size, code.size())});
  }
  return Callee{nullptr, delegate_};
}

std::optional<CreationSite> HostedWorld::creation_site(runahead::CallKind, const Address&, uint64_t,
                                                       const uint256& salt, MemoryRange) {
  salt_ = salt;
  return CreationSite{};
}

bool HostedWorld::selfdestruct(const Address& self, const Address& heir) {
  return host_.selfdestruct(context_, &self, &heir);
}

void HostedWorld::run_request(Frame& frame) {
  runahead::Message& request = frame.request;
  const bool creates = is_create(request.kind);
  Message message{};
  message.kind = kind_of(request.kind);
  message.depth = request.depth;
  message.gas = request.gas;
  message.recipient = request.recipient;
  message.sender = request.sender;
  message.input_data = request.input.data();
  message.input_size = request.input.size();
  message.value = to_hash(request.value);
  message.code_address = request.code_address;
  if (request.is_static) message.flags |= flags::is_static;
  if (request.kind == runahead::CallKind::create2) message.create2_salt = to_hash(salt_);
  if (!creates && delegate_) {
    message.flags |= flags::delegated;
    message.code_address = *delegate_;
  }

  const Result result = host_.call(context_, &message);
  refund_ += result.gas_refund;
  if (creates) request.recipient = result.create_address;
  // A caller cannot tell one failure from another; gas and output are as the host says.
  const Status status =
      result.status_code == StatusCode::success ? Status::success : Status::revert;
  CallResult delivered{status, result.gas_left, {}, {}};
  if (result.output_size != 0)
    delivered.output.assign(result.output_data, result.output_data + result.output_size);
  if (result.release != nullptr) result.release(&result);
  frame.deliver(delivered);
}

} // namespace runahead::evmc
