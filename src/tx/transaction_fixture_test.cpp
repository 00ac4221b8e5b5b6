// TransactionTests of ethereum/tests, where they are unpacked: each transaction at each fork must
// be refused, or have the hash, sender and intrinsic gas that the file says.
#include "base/hex.hpp"
#include "interp/stepping.hpp"
#include "sources/memory.hpp"
#include "spec/gas.hpp"
#include "tx/execution.hpp"
#include "tx/intrinsic_gas.hpp"
#include "tx/transaction_codec.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace runahead {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

class RichView final : public StateView {
public:
  explicit RichView(const Transaction& tx) {
    Account& sender = memory_.accounts()[tx.sender];
    sender.balance = uint256::max();
    sender.nonce = tx.nonce;
  }
  const StateValue* find(const StateKey& key) const override {
    return &(values_[key] = *memory_.value(key));
  }

private:
  MemorySource memory_;
  mutable std::unordered_map<StateKey, StateValue> values_;
};

/// Empty if a block of the fork could hold the transaction, as far as the state allows it.
std::string refusal(const Result<SignedTransaction>& decoded, Fork fork) {
  if (!decoded) return decoded.error().message;
  const auto sender = recover_sender(*decoded, fork);
  if (!sender) return sender.error().message;
  ExecutionInput input;
  input.transaction = decoded->transaction;
  input.transaction.sender = *sender;
  input.transaction.value = {}; // whether anybody has it is no matter of form
  input.rules = {fork, default_blob_schedule(fork), 1};
  input.block.gas_limit = UINT64_MAX;
  const RichView view(input.transaction);
  const SteppingEngine engine;
  Caches caches;
  Execution execution(input, view, engine, caches);
  EXPECT_EQ(execution.run(INT64_MAX), Program::Progress::done);
  return execution.invalid() ? execution.invalid()->message : "";
}

void check(const std::string& name, const json& test) {
  const auto bytes = parse_hex_bytes(test["txbytes"].get<std::string>());
  const auto decoded = bytes ? decode_transaction(*bytes) : fail(bytes.error().message);
  for (const auto& [fork_name, wanted] : test["result"].items()) {
    const Fork fork = *parse_fork(fork_name);
    const std::string got = refusal(decoded, fork);
    EXPECT_EQ(got.empty(), !wanted.contains("exception"))
        << name << " " << fork_name << ": " << got << wanted.dump();
    if (wanted.contains("exception") || !got.empty()) continue;
    EXPECT_EQ(to_hex(transaction_hash(*decoded)), wanted["hash"].get<std::string>()) << name;
    EXPECT_EQ(to_hex(*recover_sender(*decoded, fork)), wanted["sender"].get<std::string>()) << name;
    const auto gas = static_cast<uint64_t>(intrinsic_gas(decoded->transaction, gas_schedule(fork)));
    EXPECT_EQ(uint256{gas}, *parse_hex_quantity(wanted["intrinsicGas"].get<std::string>()))
        << name << " " << fork_name;
  }
}

TEST(TransactionFixtures, OfficialVectors) {
  const char* root = std::getenv("RUNAHEAD_FIXTURES");
  const fs::path folder = fs::path(root != nullptr ? root : "") / "misc-tests" / "TransactionTests";
  if (!fs::is_directory(folder))
    GTEST_SKIP() << "RUNAHEAD_FIXTURES names no folder with misc-tests/TransactionTests";
  int checked = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    for (const auto& [name, test] : json::parse(file).items()) {
      check(name, test);
      ++checked;
    }
  }
  EXPECT_GE(checked, 200);
}

} // namespace
} // namespace runahead
