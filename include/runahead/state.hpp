// Where a session reads state from: the interface that a user implements, and a ready one over
// accounts in memory.
//
// A source is asked for many keys at once and may answer later, in parts, from any thread. So a
// store that is far away costs one round trip for all keys of one `read`.
#pragma once

#include "runahead/types.hpp"

#include <map>
#include <memory>
#include <variant>

namespace runahead::api {

enum class KeyKind : uint8_t {
  account,    ///< answered with an Account
  code,       ///< of the account, answered with its Bytes; empty for no code
  storage,    ///< the Word at `slot`; zero where nothing was stored
  block_hash, ///< of block number `slot`, as a Word; `address` is zero
};

/// Names one value of the state.
struct StateKey {
  KeyKind kind = KeyKind::account;
  Address address{};
  Word slot{};
  auto operator<=>(const StateKey&) const = default;
};

/// For messages: `storage 0x0000…0001 of 0xabc…`.
std::string to_string(const StateKey& key);

/// What a state knows of an account besides code and storage.
struct Account {
  Word balance{}; ///< wei
  uint64_t nonce = 0;
  std::optional<Word> code_hash{}; ///< Keccak-256 of the code; empty for an account without code
  /// False if the state has no such account; nothing else counts then. An account that exists and
  /// is empty (EIP-161) is only found in states from before Spurious Dragon.
  bool exists = true;
  /// True if any storage slot is not zero. Only creating a contract at this very address asks for
  /// it (EIP-7610).
  bool has_storage = false;
};

/// Why a value could not be read. Never answer zero in its place.
struct ReadFailure {
  std::string cause{};    ///< one sentence for people
  bool transient = false; ///< asking again may succeed (a time-out): the session retries, bounded
};

struct StateAnswer {
  StateKey key{};
  std::variant<Account, Bytes, Word, ReadFailure> value;

  static StateAnswer account(const Address& address, Account account) {
    return {{KeyKind::account, address, {}}, std::move(account)};
  }
  static StateAnswer code(const Address& address, Bytes code) {
    return {{KeyKind::code, address, {}}, std::move(code)};
  }
  static StateAnswer storage(const Address& address, const Word& slot, const Word& value) {
    return {{KeyKind::storage, address, slot}, value};
  }
  static StateAnswer block_hash(uint64_t number, const Word& hash) {
    return {{KeyKind::block_hash, {}, number}, hash};
  }
  static StateAnswer failed(const StateKey& key, std::string cause, bool transient = false) {
    return {key, ReadFailure{std::move(cause), transient}};
  }
};

/// Takes the answers to one read. A handle: copies answer the same read. May be used from any
/// thread, at any time: answers to a session that is gone are dropped. When the last copy goes, the
/// keys not answered by then have failed.
class Reply {
public:
  struct Core;
  explicit Reply(std::shared_ptr<Core> core) : core_(std::move(core)) {}

  /// The first answer to a key counts. A key that was not asked for may be answered too, if its
  /// value comes for free; it is remembered like the others.
  void send(std::vector<StateAnswer> answers) const;

private:
  std::shared_ptr<Core> core_;
};

/// The state of one block. What a key is answered with must never change: a session remembers it.
class StateSource {
public:
  virtual ~StateSource() = default;
  /// For messages.
  virtual std::string_view name() const = 0;
  /// The most keys one `read` carries; at least 1.
  virtual size_t batch_limit() const { return 1024; }
  /// Starts reading `keys`, which are distinct; called on the thread that is in `Session::call`. To
  /// answer later keep `reply`; to answer at once use it. Must not call the session, nor throw.
  virtual void read(std::vector<StateKey> keys, Reply reply) = 0;
};

/// Accounts in memory: what is not in it does not exist, or is zero. Change it only before a
/// session reads from it.
class MemoryState final : public StateSource {
public:
  struct Entry {
    Word balance{};
    uint64_t nonce = 0;
    Bytes code{};
    std::map<Word, Word> storage{};
  };

  std::map<Address, Entry> accounts{};
  std::map<uint64_t, Word> block_hashes{}; ///< one that is not listed cannot be read

  std::string_view name() const override { return "memory"; }
  void read(std::vector<StateKey> keys, Reply reply) override;
};

} // namespace runahead::api
