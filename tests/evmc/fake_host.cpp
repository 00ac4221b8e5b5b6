#include "evmc/fake_host.hpp"

#include "spec/opcodes.hpp"

#include <algorithm>

namespace runahead::evmc {
namespace {

FakeHost& host(HostContext* context, const char* question) {
  auto& fake = *reinterpret_cast<FakeHost*>(context);
  ++fake.asked[question];
  return fake;
}

/// An account that does not exist is empty.
FakeHost::Account account(FakeHost& fake, const Address* address) {
  const auto it = fake.accounts.find(*address);
  return it != fake.accounts.end() ? it->second : FakeHost::Account{};
}

Hash256 word_at(const std::map<uint256, uint256>& words, const Hash256* key) {
  const auto it = words.find(from(*key));
  return to_hash(it != words.end() ? it->second : uint256{});
}

bool account_exists(HostContext* c, const Address* a) {
  return host(c, "account_exists").accounts.contains(*a);
}

Hash256 get_storage(HostContext* c, const Address* a, const Hash256* key) {
  return word_at(account(host(c, "get_storage"), a).storage, key);
}

StorageStatus set_storage(HostContext* c, const Address* a, const Hash256* key,
                          const Hash256* value) {
  FakeHost& fake = host(c, "set_storage");
  fake.accounts[*a].storage[from(*key)] = from(*value);
  return fake.stored;
}

Hash256 get_balance(HostContext* c, const Address* a) {
  return to_hash(account(host(c, "get_balance"), a).balance);
}

size_t get_code_size(HostContext* c, const Address* a) {
  return account(host(c, "get_code_size"), a).code.size();
}

Hash256 get_code_hash(HostContext* c, const Address* a) {
  return account(host(c, "get_code_hash"), a).code_hash;
}

size_t copy_code(HostContext* c, const Address* a, size_t offset, uint8_t* buffer, size_t size) {
  const Bytes code = account(host(c, "copy_code"), a).code;
  if (offset >= code.size()) return 0;
  const size_t copied = std::min(size, code.size() - offset);
  std::copy_n(code.begin() + static_cast<ptrdiff_t>(offset), copied, buffer);
  return copied;
}

bool selfdestruct(HostContext* c, const Address*, const Address* beneficiary) {
  FakeHost& fake = host(c, "selfdestruct");
  fake.heirs.push_back(*beneficiary);
  return fake.destruction_is_new;
}

/// What `call` gave and nobody has released; the tests run one message at a time.
thread_local FakeHost* waits_for_release = nullptr;

Result call(HostContext* c, const Message* message) {
  FakeHost& fake = host(c, "call");
  fake.calls.push_back(
      {*message, {message->input_data, message->input_data + message->input_size}});
  Result result = fake.call_result;
  result.output_data = fake.call_output.data();
  result.output_size = fake.call_output.size();
  waits_for_release = &fake;
  result.release = [](const Result*) { ++waits_for_release->released; };
  return result;
}

TxContext get_tx_context(HostContext* c) { return host(c, "get_tx_context").transaction; }

Hash256 get_block_hash(HostContext* c, int64_t number) {
  host(c, "get_block_hash");
  return to_hash(uint256{static_cast<uint64_t>(number) * 1000});
}

void emit_log(HostContext* c, const Address* a, const uint8_t* data, size_t size,
              const Hash256 topics[], size_t count) {
  host(c, "emit_log").logs.push_back({*a, {topics, topics + count}, {data, data + size}});
}

AccessStatus access_account(HostContext* c, const Address* a) {
  const bool cold = host(c, "access_account").warm_accounts.insert(*a).second;
  return cold ? AccessStatus::cold : AccessStatus::warm;
}

AccessStatus access_storage(HostContext* c, const Address*, const Hash256* key) {
  const bool cold = host(c, "access_storage").warm_slots.insert(from(*key)).second;
  return cold ? AccessStatus::cold : AccessStatus::warm;
}

Hash256 get_transient_storage(HostContext* c, const Address* a, const Hash256* key) {
  return word_at(account(host(c, "get_transient_storage"), a).transient, key);
}

void set_transient_storage(HostContext* c, const Address* a, const Hash256* key,
                           const Hash256* value) {
  host(c, "set_transient_storage").accounts[*a].transient[from(*key)] = from(*value);
}

} // namespace

const HostInterface FakeHost::interface{.account_exists = account_exists,
                                        .get_storage = get_storage,
                                        .set_storage = set_storage,
                                        .get_balance = get_balance,
                                        .get_code_size = get_code_size,
                                        .get_code_hash = get_code_hash,
                                        .copy_code = copy_code,
                                        .selfdestruct = selfdestruct,
                                        .call = call,
                                        .get_tx_context = get_tx_context,
                                        .get_block_hash = get_block_hash,
                                        .emit_log = emit_log,
                                        .access_account = access_account,
                                        .access_storage = access_storage,
                                        .get_transient_storage = get_transient_storage,
                                        .set_transient_storage = set_transient_storage};

Outcome FakeHost::run(Vm& vm, Revision revision, const Bytes& code, int64_t gas, Message message) {
  message.gas = gas;
  message.recipient = message.code_address = self();
  message.sender = sender();
  const Result result =
      vm.execute(&vm, &interface, context(), revision, &message, code.data(), code.size());
  Outcome outcome{result.status_code,
                  result.gas_left,
                  result.gas_refund,
                  {result.output_data, result.output_data + result.output_size}};
  if (result.release != nullptr) result.release(&result);
  return outcome;
}

namespace {

Address filled_with(uint8_t byte) {
  Address address;
  address.bytes.fill(byte);
  return address;
}

} // namespace

Address self() { return filled_with(0x5e); }
Address sender() { return filled_with(0x3d); }
Address other() { return filled_with(0x07); }

Bytes call_of(uint8_t opcode, std::initializer_list<uint256> operands) {
  Bytes code;
  for (const uint256* operand = operands.end(); operand-- != operands.begin();) {
    const Hash256 word = to_hash(*operand);
    code.push_back(OP_PUSH32);
    code.insert(code.end(), word.bytes.begin(), word.bytes.end());
  }
  code.push_back(opcode);
  return code;
}

Bytes operator+(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

Bytes return_top() { return {OP_PUSH1, 0, OP_MSTORE, OP_PUSH1, 32, OP_PUSH1, 0, OP_RETURN}; }

} // namespace runahead::evmc
