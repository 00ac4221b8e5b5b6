// A host that answers what a test put into it and remembers what it was told.
#pragma once

#include "base/uint256.hpp"
#include "embed/evmc/abi.hpp"
#include "state/log_record.hpp"

#include <map>
#include <set>
#include <string>

namespace runahead::evmc {

/// How a message ended, nothing of it left to release.
struct Outcome {
  StatusCode status;
  int64_t gas_left = 0;
  int64_t gas_refund = 0;
  Bytes output;
};

struct FakeHost {
  struct Account {
    uint256 balance;
    Bytes code;
    Hash256 code_hash;
    std::map<uint256, uint256> storage, transient;
  };
  struct Call {
    Message message;
    Bytes input;
  };

  // Answers.
  std::map<Address, Account> accounts; ///< those that exist
  std::set<Address> warm_accounts;
  std::set<uint256> warm_slots;
  TxContext transaction{};
  StorageStatus stored = StorageStatus::assigned; ///< to every store
  bool destruction_is_new = true;
  Result call_result{};
  Bytes call_output;

  // What happened.
  std::map<std::string, int> asked; ///< how often, by the names of the interface
  std::vector<Call> calls;
  std::vector<Log> logs;
  std::vector<Address> heirs;
  int released = 0; ///< results of `call`

  /// Executes `code` in `self()` with the data, value, flags and depth of `message`.
  Outcome run(Vm& vm, Revision revision, const Bytes& code, int64_t gas, Message message = {});

  HostContext* context() { return reinterpret_cast<HostContext*>(this); }
  static const HostInterface interface;
};

/// The account that runs, who called it, and another one.
Address self();
Address sender();
Address other();

/// `operands` pushed with PUSH32, so that the first comes to be on top, and `opcode`.
Bytes call_of(uint8_t opcode, std::initializer_list<uint256> operands);
/// What PUSH32 costs for so many operands.
constexpr int64_t push_gas(int operands) { return 3 * operands; }
/// Both, one behind the other.
Bytes operator+(Bytes first, const Bytes& second);
/// Ends with the word on top of the stack as output. Costs 5 times 3, memory included.
Bytes return_top();
inline constexpr int64_t return_top_gas = 3 + 3 + 3 + 3 + 3;

} // namespace runahead::evmc
