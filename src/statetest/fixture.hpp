// Conformance fixtures in the GeneralStateTest format: one pre-state, one transaction with
// variants, and for each fork what every variant must lead to. This is the file as plain values;
// nothing is executed here.
//
// In use: ethereum/tests (`data`, `gas` and `value` each a list, indexed by every expectation) and
// the execution spec tests' state tests, which add `config` and the accounts expected afterwards.
// Benchmark files are the same with labels in `_info`; or they have a list of transactions without
// variants, and may expect nothing.
#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "base/uint256.hpp"
#include "sources/memory.hpp"
#include "spec/fork.hpp"
#include "tx/transaction.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

struct FixtureEnv {
  uint64_t number = 0;
  uint64_t timestamp = 0; ///< seconds
  uint64_t gas_limit = 0;
  Address coinbase;
  uint256 difficulty;
  std::optional<uint256> prev_randao;
  std::optional<uint256> base_fee; ///< wei per gas
  std::optional<uint64_t> excess_blob_gas;
};

/// The transaction's variants. Which type it has is told by the optional fields (see
/// `variant_of`).
struct FixtureTransaction {
  Address sender;
  std::optional<Address> to;
  uint64_t nonce = 0;
  std::vector<Bytes> data;
  std::vector<uint64_t> gas_limits;
  std::vector<std::optional<uint256>> values; ///< empty: wider than 256 bits, fits no transaction
  /// One per entry of `data`, or none at all; empty: that variant has no access list.
  std::vector<std::optional<std::vector<AccessListEntry>>> access_lists;
  std::optional<uint256> gas_price, max_fee, max_priority_fee, max_fee_per_blob_gas;
  std::optional<std::vector<Hash256>> blob_hashes;
  std::optional<std::vector<Authorization>> authorizations;
};

/// One variant at one fork, and what must come of it.
struct FixtureCase {
  std::string fork;
  size_t data_index = 0, gas_index = 0, value_index = 0;
  Hash256 state_root;
  Hash256 logs_hash;
  std::string exception;           ///< names alternatives joined by `|`; empty: must be valid
  std::optional<AccountMap> state; ///< all accounts afterwards, where the file lists them
  std::string problem;             ///< not empty: the file is wrong here, nothing else counts
};

struct FixtureTest {
  std::string name;
  FixtureEnv env;
  AccountMap pre;
  FixtureTransaction transaction;
  uint64_t chain_id = 1;
  std::map<std::string, BlobSchedule, std::less<>> blob_schedules; ///< by fork
  /// The block pays its coinbase a reward of nothing: so it is in ethereum/tests, not in files with
  /// `config`.
  bool pays_reward = true;
  std::vector<FixtureCase> cases;
  std::map<size_t, std::string> data_labels; ///< of a benchmark: what entries of `data` are called
  std::string problem; ///< not empty: the file is wrong here, nothing but the name counts
};

/// `[Cancun 0/1/2]`: the fork and the indexes of data, gas and value.
std::string label(const FixtureCase& fixture_case);

/// The same number for the same test name, fork and indexes, on every machine: the case's part of a
/// seed.
uint64_t case_id(const FixtureTest& test, const FixtureCase& fixture_case);

/// The transaction of a case: blob with `blobVersionedHashes` or `maxFeePerBlobGas`, else set_code
/// with `authorizationList`, else dynamic_fee with `maxFeePerGas`, else
/// access_list where the variant has one, else legacy. Empty if no transaction can hold its values.
/// REQUIRES: neither test nor case has a problem.
std::optional<Transaction> variant_of(const FixtureTest& test, const FixtureCase& fixture_case);

enum class FixtureForm : uint8_t {
  state_test,
  benchmark, ///< a list of transactions makes a test of each; a test may have no cases
};

/// Reads fixture files; keeps its buffers from file to file. Used from one thread.
class FixtureReader {
public:
  explicit FixtureReader(FixtureForm form = FixtureForm::state_test);
  ~FixtureReader();

  /// The file's tests in its order. An error means that it is no JSON object of tests; what is
  /// wrong in one test stands in that test.
  Result<std::vector<FixtureTest>> read(const std::string& path);
  /// The same from text.
  Result<std::vector<FixtureTest>> parse(std::string_view json);

private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  FixtureForm form_;
};

} // namespace runahead
