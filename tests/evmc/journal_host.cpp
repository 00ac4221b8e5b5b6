#include "evmc/journal_host.hpp"

#include "machine/create_address.hpp"
#include "spec/limits.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace runahead::evmc {
namespace {

JournalHost& host(HostContext* context) { return *reinterpret_cast<JournalHost*>(context); }
JournaledWorld& world(HostContext* context) { return host(context).world(); }
Journal& journal(HostContext* context) { return world(context).journal; }

bool account_exists(HostContext* c, const Address* a) { return !*journal(c).is_dead(*a); }

Hash256 get_storage(HostContext* c, const Address* a, const Hash256* key) {
  return to_hash(journal(c).slot(*a, from(*key))->current);
}

StorageStatus set_storage(HostContext* c, const Address* a, const Hash256* key,
                          const Hash256* value) {
  const StorageSlot before = *journal(c).slot(*a, from(*key));
  const uint256 word = from(*value);
  if (before.current != word) journal(c).set_slot(*a, from(*key), word);
  return storage_status(before.original, before.current, word);
}

Hash256 get_balance(HostContext* c, const Address* a) { return to_hash(*journal(c).balance(*a)); }
size_t get_code_size(HostContext* c, const Address* a) { return *world(c).code_size(*a); }
Hash256 get_code_hash(HostContext* c, const Address* a) { return to_hash(*world(c).code_hash(*a)); }

size_t copy_code(HostContext* c, const Address* a, size_t offset, uint8_t* buffer, size_t size) {
  const BytesView code = (*journal(c).code(*a))->bytes;
  if (offset >= code.size()) return 0;
  const size_t copied = std::min(size, code.size() - offset);
  std::memcpy(buffer, code.data() + offset, copied);
  return copied;
}

bool selfdestruct(HostContext* c, const Address* a, const Address* beneficiary) {
  return world(c).selfdestruct(*a, *beneficiary);
}

Result call(HostContext* c, const Message* message) { return host(c).execute(*message); }

TxContext get_tx_context(HostContext* c) {
  const BlockEnv& block = world(c).block;
  const TxEnv& tx = world(c).tx;
  TxContext context{};
  context.tx_gas_price = to_hash(tx.gas_price);
  context.tx_origin = tx.origin;
  context.block_coinbase = block.coinbase;
  context.block_number = static_cast<int64_t>(block.number);
  context.block_timestamp = static_cast<int64_t>(block.timestamp);
  context.block_gas_limit = static_cast<int64_t>(block.gas_limit);
  context.block_prev_randao = to_hash(block.prev_randao);
  context.chain_id = to_hash(world(c).chain_id());
  context.block_base_fee = to_hash(block.base_fee);
  context.blob_base_fee = to_hash(block.blob_base_fee);
  context.blob_hashes = tx.blob_hashes.data();
  context.blob_hashes_count = tx.blob_hashes.size();
  return context;
}

Hash256 get_block_hash(HostContext* c, int64_t number) {
  return *journal(c).block_hash(static_cast<uint64_t>(number));
}

void emit_log(HostContext* c, const Address* a, const uint8_t* data, size_t size,
              const Hash256 topics[], size_t count) {
  world(c).log(*a, {data, size}, {topics, count});
}

/// Reads the code as well, so that whoever lists what was touched sees the account.
AccessStatus access_account(HostContext* c, const Address* a) {
  (void)journal(c).code(*a);
  const bool warm = journal(c).is_warm(*a);
  journal(c).warm(*a);
  return warm ? AccessStatus::warm : AccessStatus::cold;
}

AccessStatus access_storage(HostContext* c, const Address* a, const Hash256* key) {
  const bool warm = journal(c).slot(*a, from(*key))->warm;
  journal(c).warm(*a, from(*key));
  return warm ? AccessStatus::warm : AccessStatus::cold;
}

Hash256 get_transient_storage(HostContext* c, const Address* a, const Hash256* key) {
  return to_hash(journal(c).transient(*a, from(*key)));
}

void set_transient_storage(HostContext* c, const Address* a, const Hash256* key,
                           const Hash256* value) {
  journal(c).set_transient(*a, from(*key), from(*value));
}

constexpr HostInterface host_interface{
    account_exists,       get_storage, set_storage,    get_balance,    get_code_size,
    get_code_hash,        copy_code,   selfdestruct,   call,           get_tx_context,
    get_block_hash,       emit_log,    access_account, access_storage, get_transient_storage,
    set_transient_storage};

Result failure(StatusCode code, int64_t gas_left = 0) {
  Result result{};
  result.status_code = code;
  result.gas_left = gas_left;
  return result;
}

bool creates(CallKind kind) { return kind == CallKind::create || kind == CallKind::create2; }

} // namespace

StorageStatus storage_status(const uint256& original, const uint256& current,
                             const uint256& value) {
  std::string pattern;
  std::vector<uint256> names;
  for (const uint256& v : {original, current, value}) {
    if (v.is_zero()) {
      pattern += '0';
      continue;
    }
    size_t i = 0;
    while (i < names.size() && names[i] != v) ++i;
    if (i == names.size()) names.push_back(v);
    pattern += "XYZ"[i];
  }
  static const std::map<std::string, StorageStatus> special{
      {"00X", StorageStatus::added},
      {"XX0", StorageStatus::deleted},
      {"XXY", StorageStatus::modified},
      {"X0Y", StorageStatus::deleted_added},
      {"XY0", StorageStatus::modified_deleted},
      {"X0X", StorageStatus::deleted_restored},
      {"0X0", StorageStatus::added_deleted},
      {"XYX", StorageStatus::modified_restored}};
  const auto it = special.find(pattern);
  return it != special.end() ? it->second : StorageStatus::assigned;
}

void release(const Result& result) {
  if (result.release != nullptr) result.release(&result);
}

Result JournalHost::execute(const Message& message) {
  return creates(message.kind) ? create(message) : call(message);
}

Result JournalHost::call(const Message& m) {
  Journal& j = world_.journal;
  const Journal::Checkpoint checkpoint = j.checkpoint();
  if (m.kind == CallKind::call) transfer(m);
  const bool delegated = (m.flags & flags::delegated) != 0;
  const auto precompile = delegated ? std::nullopt : world_.precompile_at(m.code_address);
  if (!precompile)
    return undone_unless_success(run_in_vm(m, (*j.code(m.code_address))->bytes), checkpoint);
  PrecompileOutcome outcome = run_precompile(*precompile, {m.input_data, m.input_size}, m.gas,
                                             world_.rules.fork, world_.caches.precompiles);
  if (outcome.status != PrecompileStatus::success)
    return undone_unless_success(failure(StatusCode::precompile_failure), checkpoint);
  Result result = failure(StatusCode::success, outcome.gas_left);
  auto* const output = new uint8_t[outcome.output.size()];
  std::ranges::copy(outcome.output, output);
  result.output_data = output;
  result.output_size = outcome.output.size();
  result.release = [](const Result* r) { delete[] r->output_data; };
  return result;
}

Result JournalHost::create(const Message& m) {
  Journal& j = world_.journal;
  const BytesView initcode{m.input_data, m.input_size};
  const uint64_t nonce = *j.nonce(m.sender);
  if (nonce == ~uint64_t{0}) return failure(StatusCode::failure, m.gas);
  const auto site = *world_.creation_site(
      m.kind == CallKind::create ? runahead::CallKind::create : runahead::CallKind::create2,
      m.sender, nonce, from(m.create2_salt), {initcode, initcode.size()});
  world_.begin_creation(m.sender, site.address);
  if (site.occupied) return failure(StatusCode::failure);
  const Journal::Checkpoint checkpoint = j.checkpoint();
  Message inner = m;
  inner.recipient = inner.code_address = site.address;
  inner.input_data = nullptr;
  inner.input_size = 0;
  j.mark_created(inner.recipient);
  if (world_.since(Fork::spurious_dragon)) j.increment_nonce(inner.recipient);
  transfer(inner);
  Result result = run_in_vm(inner, initcode);
  if (result.status_code == StatusCode::success) result = deploy(inner, result);
  result = undone_unless_success(result, checkpoint);
  if (result.status_code == StatusCode::success) result.create_address = inner.recipient;
  return result;
}

Result JournalHost::run_in_vm(const Message& message, BytesView code) {
  return vm_.execute(&vm_, &host_interface, context(), static_cast<Revision>(world_.rules.fork),
                     &message, code.data(), code.size());
}

/// EIP-2, EIP-170, EIP-3541. The result of a creation that succeeds has no output.
Result JournalHost::deploy(const Message& message, Result result) {
  const Bytes code(result.output_data, result.output_data + result.output_size);
  release(result);
  Result end = failure(StatusCode::success, result.gas_left);
  end.gas_refund = result.gas_refund;
  const auto deposit = static_cast<int64_t>(code.size()) * world_.gas.code_deposit_byte;
  if (!code.empty() && code[0] == 0xef && world_.since(Fork::london))
    return failure(StatusCode::contract_validation_failure);
  if (code.size() > spec::max_code_bytes && world_.since(Fork::spurious_dragon))
    return failure(StatusCode::failure);
  if (deposit > end.gas_left)
    return world_.since(Fork::homestead) ? failure(StatusCode::out_of_gas) : end;
  end.gas_left -= deposit;
  world_.journal.set_code(message.recipient, make_bytecode(code));
  return end;
}

/// A transfer of nothing touches the receiver too.
void JournalHost::transfer(const Message& message) {
  const uint256 value = from(message.value);
  if (value) {
    world_.journal.subtract_balance(message.sender, value);
    world_.journal.add_balance(message.recipient, value);
  }
  world_.journal.touch(message.recipient);
}

Result JournalHost::undone_unless_success(Result result, const Journal::Checkpoint& checkpoint) {
  if (result.status_code != StatusCode::success) world_.journal.revert(checkpoint);
  return result;
}

} // namespace runahead::evmc
