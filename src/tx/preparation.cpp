// Phase 2: gas is paid, the nonce counted, warm addresses marked, delegations set, the outermost
// message built.
#include "base/rlp.hpp"
#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "machine/create_address.hpp"
#include "tx/execution.hpp"
#include "tx/initial_warmth.hpp"

namespace runahead {
namespace {

constexpr uint8_t authorization_magic = 0x05; // EIP-7702

/// The account that signed, if the authorization is valid by itself (EIP-7702 steps 1 to 3).
std::optional<Address> signer_of(const Authorization& auth, uint64_t chain_id) {
  if (auth.chain_id && auth.chain_id != uint256{chain_id}) return std::nullopt;
  if (auth.nonce == ~uint64_t{0}) return std::nullopt;
  const uint256 half_order = secp256k1_order >> 1;
  if (auth.y_parity > uint256{1} || auth.s > half_order) return std::nullopt; // EIP-2
  Bytes message{authorization_magic};
  const Bytes fields =
      rlp::Writer().number(auth.chain_id).string(auth.address).number(auth.nonce).as_list();
  message.insert(message.end(), fields.begin(), fields.end());
  return recover(keccak256(message), static_cast<uint8_t>(auth.y_parity.w[0]), auth.r, auth.s);
}

/// The code that delegates to `target`; none for the zero address.
BytecodeRef delegation_to(const Address& target) {
  if (target == Address{}) return make_bytecode({});
  Bytes code{0xef, 0x01, 0x00};
  code.insert(code.end(), target.bytes.begin(), target.bytes.end());
  return make_bytecode(std::move(code));
}

} // namespace

void Execution::recover_authorities() {
  for (const Authorization& auth : input_.transaction.authorizations)
    authorities_.push_back(signer_of(auth, input_.rules.chain_id));
}

bool Execution::read_authorities() {
  bool complete = true;
  for (const auto& authority : authorities_) {
    if (!authority) continue;
    const bool code = world_.journal.code(*authority) != nullptr;
    const bool nonce = world_.journal.nonce(*authority).has_value();
    const bool life = world_.journal.is_dead(*authority).has_value();
    complete = complete && code && nonce && life;
  }
  return complete;
}

/// EIP-7702 steps 4 to 9, for each authorization in order; everything read before.
void Execution::apply_authorizations() {
  Journal& journal = world_.journal;
  for (size_t i = 0; i < authorities_.size(); ++i) {
    if (!authorities_[i]) continue;
    const Address& authority = *authorities_[i];
    const Authorization& auth = input_.transaction.authorizations[i];
    journal.warm(authority);
    const Bytes& code = (*journal.code(authority))->bytes;
    if (!code.empty() && !delegation_of(code)) continue;
    if (journal.nonce(authority) != auth.nonce) continue;
    if (!*journal.is_dead(authority))
      journal.add_refund(gas::tx_authorization - gas::tx_authorization_base);
    journal.set_code(authority, delegation_to(auth.address));
    journal.increment_nonce(authority);
  }
}

void Execution::warm_initial() { runahead::warm_initial(world_, input_.transaction); }

std::optional<Message> Execution::outermost_message() {
  Journal& journal = world_.journal;
  const Transaction& tx = input_.transaction;
  Message m;
  m.sender = tx.sender;
  m.value = tx.value;
  m.input = tx.data;
  m.gas = static_cast<int64_t>(tx.gas_limit) - intrinsic_gas_;
  if (!tx.to) {
    const auto nonce = journal.nonce(tx.sender); // already counted
    if (!nonce) return std::nullopt;
    m.kind = CallKind::create;
    m.recipient = m.code_address = create_address(tx.sender, *nonce - 1);
    const auto occupied = journal.is_occupied(m.recipient);
    if (!occupied) return std::nullopt;
    m.collides = *occupied;
    m.code = std::make_shared<const Code>(tx.data);
    journal.warm(m.recipient);
    return m;
  }
  m.recipient = m.code_address = *tx.to;
  if (world_.precompile_at(*tx.to)) return m;
  const BytecodeRef* code = journal.code(*tx.to);
  if (code == nullptr) return std::nullopt;
  const auto delegate = world_.since(Fork::prague) ? delegation_of((*code)->bytes) : std::nullopt;
  if (delegate) code = journal.code(*delegate);
  if (code == nullptr) return std::nullopt;
  if (delegate) journal.warm(*delegate);
  m.code = world_.prepare(**code);
  return m;
}

Program::Progress Execution::prepare() {
  Journal& journal = world_.journal;
  const Transaction& tx = input_.transaction;
  if (!bought_) {
    if (authorities_.empty()) recover_authorities();
    if (!read_authorities()) return want();
    journal.subtract_balance(tx.sender, world_.tx.gas_price * uint256{tx.gas_limit} +
                                            world_.block.blob_base_fee * uint256{blob_gas()});
    journal.increment_nonce(tx.sender);
    warm_initial();
    apply_authorizations();
    bought_ = true;
  }
  const std::optional<Message> message = outermost_message();
  if (!message) return want();
  stack_.start(*message);
  phase_ = Phase::executing;
  return Progress::done;
}

} // namespace runahead
