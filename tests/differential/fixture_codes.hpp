// The codes that fixtures hold: of contracts before and after their tests, and init code in the
// data of transactions that create. Each is given once, by its hash, to whoever looks at them.
#pragma once

#include "statetest/fixture.hpp"

#include <functional>
#include <string>
#include <unordered_set>

namespace runahead::differential {

class FixtureCodes {
public:
  using Visit = std::function<void(const Bytes& code)>;
  /// `visit` is called while files are read.
  explicit FixtureCodes(Visit visit) : visit_(std::move(visit)) {}

  // Errors name the file. Tests that are wrong in themselves are left out.
  Result<void> read_state_tests(const std::string& path, FixtureForm form);
  Result<void> read_block_tests(const std::string& path);
  /// An account file.
  Result<void> read_accounts(const std::string& path);
  /// A folder with `genesis.json` and `chain.rlp`, and what stands in the state behind its last
  /// block. `db`: a path for a database, which is made.
  Result<void> read_chain(const std::string& folder, const std::string& db);

private:
  void add(const BytecodeRef& code);
  void add(const AccountMap& accounts);
  void add_init_code(const Transaction& transaction);
  Result<void> add_chain_file(const std::string& path);
  Result<void> add_newest_state(const std::string& db);

  Visit visit_;
  std::unordered_set<Hash256> seen_;
  FixtureReader state_tests_{FixtureForm::state_test}, benchmarks_{FixtureForm::benchmark};
};

} // namespace runahead::differential
