// States in an LMDB folder: of one block (an account file), or of every block of a chain as far as
// it was imported, with the blocks themselves. Any number of processes read it, one may extend it.
//
// The folder holds LMDB's data.mdb with these maps (numbers are big-endian, heights are 8 bytes):
//
//   meta          "format"              "runahead-state 2"
//                 "about"               JSON: `complete`, `first` (the oldest block), and `state`
//                 as
//                                       to_json(StateAbout) writes it
//                 "head"                height of the newest block, seal
//   accounts      address, height       nonce (8), balance (32), code hash (32), seal; only the
//   seal
//                                       if the account was deleted
//   storage       address, slot, height value (32), seal
//   cleared       address, height       seal: slots written before that block count no more
//   code          code hash             the code; the empty code is not stored
//   block_hashes  height                hash, seal
// and, of a chain's blocks:
//   headers       height                total difficulty (32), RLP, seal
//   bodies        height                RLP of what follows the header in a block's list, seal
//   receipts      height                RLP list as a block's receipts go over the wire, seal
//   senders       height                20 bytes a transaction, seal
//   numbers       block hash            height, seal
//   transactions  transaction hash      height, index in the block (4), seal
//
// A state record holds from its block on until the next one of the same account or slot, so a read
// at a block is one search for the newest record that is not behind it. What an account file gives
// is a history of one block. A seal is the first 8 bytes of the Keccak-256 of the key and what
// stands before it.
//
// A folder appears whole or not at all: it is written beside its place and renamed. A chain is
// extended by transactions of whole blocks, so whatever happens it ends at a block.
#pragma once

#include "io/thread_pool.hpp"
#include "sources/memory.hpp"
#include "sources/state_about.hpp"
#include "state/source.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

class LmdbEnv;

/// An opened folder. Thread-safe. A process must open a folder once only at a time.
class LmdbDatabase {
public:
  struct Header {
    Hash256 hash;
    uint256 total_difficulty; ///< of the chain up to and with this block
    Bytes rlp;
  };
  struct Place {
    uint64_t block = 0;
    uint32_t index = 0;
  };
  /// Empty: not in the database. Errors name the folder and the key.
  template <class T>
  using Lookup = Result<std::optional<T>>;

  /// Errors name the folder: not there, no database, not one of states, of another format version,
  /// cut off, damaged, not to be read by this user.
  static Result<std::shared_ptr<const LmdbDatabase>> open(const std::string& folder);
  ~LmdbDatabase();

  const std::string& folder() const;
  const StateAbout& about() const;
  /// What is absent is zero or empty.
  bool complete() const;
  /// Oldest and newest block whose state it holds; the newest may move on while another process
  /// extends the database.
  uint64_t first() const;
  Result<uint64_t> head() const;
  /// A number that is another one whenever anything was changed, `head` too. Cheap.
  uint64_t changes() const;
  /// True if it holds a chain's blocks and not a state alone.
  Result<bool> has_blocks() const;

  Lookup<Header> header(uint64_t number) const;
  /// The RLP of the whole block.
  Lookup<Bytes> block(uint64_t number) const;
  /// An RLP list: a typed receipt is a string in it, a legacy one a list.
  Lookup<Bytes> receipts(uint64_t number) const;
  /// Of each transaction.
  Lookup<std::vector<Address>> senders(uint64_t number) const;
  Lookup<uint64_t> number_of(const Hash256& block_hash) const;
  Lookup<Place> find_transaction(const Hash256& hash) const;

  /// All accounts that exist after block `number`, which the database must hold, in ascending order
  /// of addresses; their slots that are not zero; without their code's bytes. Stops at the first
  /// error. Blocks, in proportion to the state.
  Result<void> visit_accounts(uint64_t number, const AccountVisitor& visit) const;

  /// The values of `keys` after block `number`, which the database must hold. Blocks.
  std::vector<Answer> read(std::span<const StateKey> keys, uint64_t number) const;

private:
  friend class LmdbExtender;
  explicit LmdbDatabase(std::shared_ptr<const LmdbEnv> env);

  std::shared_ptr<const LmdbEnv> env_;
};

/// State after one block, read on a thread pool: a batch is split over its threads, each part a
/// transaction of its own. What is absent is zero or empty if the database is complete, else
/// unavailable; block hashes that are absent are unavailable always. Every value is checked
/// (length, seal, hash of code), and a damaged one is unavailable too.
class LmdbSource final : public StateSource {
public:
  /// The database must hold the block. `pool` must outlive the source.
  LmdbSource(std::shared_ptr<const LmdbDatabase> database, uint64_t block, ThreadPool& pool);
  ~LmdbSource() override;

  std::string_view name() const override;
  bool complete() const override;
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

private:
  struct Batch;

  std::shared_ptr<const LmdbDatabase> database_; ///< shared with jobs under way
  uint64_t block_;
  ThreadPool& pool_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

} // namespace runahead
