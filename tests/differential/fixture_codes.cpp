#include "differential/fixture_codes.hpp"

#include "app/chain_import.hpp"
#include "app/genesis_block.hpp"
#include "app/state_import.hpp"
#include "interp/threaded.hpp"
#include "sources/alloc_file.hpp"
#include "sources/chain_file.hpp"
#include "sources/lmdb_extender.hpp"
#include "statetest/block_fixture.hpp"

namespace runahead::differential {

void FixtureCodes::add(const BytecodeRef& code) {
  if (code != nullptr && !code->bytes.empty() && seen_.insert(code->hash).second)
    visit_(code->bytes);
}

void FixtureCodes::add(const AccountMap& accounts) {
  for (const auto& [address, account] : accounts) add(account.code);
}

void FixtureCodes::add_init_code(const Transaction& transaction) {
  if (!transaction.to) add(make_bytecode(transaction.data));
}

Result<void> FixtureCodes::read_state_tests(const std::string& path, FixtureForm form) {
  auto tests = (form == FixtureForm::benchmark ? benchmarks_ : state_tests_).read(path);
  if (!tests) return std::unexpected(Error{path + ": " + tests.error().message});
  for (const FixtureTest& test : *tests) {
    if (!test.problem.empty()) continue;
    add(test.pre);
    if (!test.transaction.to)
      for (const Bytes& data : test.transaction.data) add(make_bytecode(data));
    for (const FixtureCase& variant : test.cases)
      if (variant.state) add(*variant.state);
  }
  return {};
}

Result<void> FixtureCodes::read_block_tests(const std::string& path) {
  const auto tests = BlockFixtureReader().read(path);
  if (!tests) return std::unexpected(Error{path + ": " + tests.error().message});
  for (const BlockFixture& test : *tests) {
    if (!test.problem.empty()) continue;
    add(test.pre);
    if (test.post) add(*test.post);
    for (const FixtureBlock& block : test.blocks)
      if (const auto decoded = decode_block(block.rlp)) // invalid ones may be no blocks at all
        for (const SignedTransaction& transaction : decoded->transactions)
          add_init_code(transaction.transaction);
  }
  return {};
}

Result<void> FixtureCodes::read_accounts(const std::string& path) {
  const auto file = load_alloc(path);
  if (!file) return std::unexpected(file.error());
  add(file->accounts);
  return {};
}

Result<void> FixtureCodes::add_chain_file(const std::string& path) {
  auto file = ChainFile::open(path);
  if (!file) return std::unexpected(file.error());
  for (;;) {
    const auto next = file->next();
    if (!next) return std::unexpected(next.error());
    if (!*next) return {};
    const auto block = decode_block(**next);
    if (!block) return std::unexpected(Error{path + ": " + block.error().message});
    for (const SignedTransaction& transaction : block->transactions)
      add_init_code(transaction.transaction);
  }
}

Result<void> FixtureCodes::add_newest_state(const std::string& db) {
  auto chain = LmdbExtender::open(db);
  if (!chain) return std::unexpected(chain.error());
  std::vector<Address> contracts;
  const auto ok = chain->visit_accounts([&](const Address& address, const Account& account) {
    if (account.code != nullptr) contracts.push_back(address);
    return Result<void>();
  });
  if (!ok) return ok;
  for (const Address& address : contracts) {
    const auto code = chain->value({StateKind::code, address, {}});
    if (!code) return std::unexpected(Error{db + ": a code cannot be read"});
    add(code->code);
  }
  return {};
}

Result<void> FixtureCodes::read_chain(const std::string& folder, const std::string& db) {
  const std::string chain = folder + "/chain.rlp";
  const auto file = load_alloc(folder + "/genesis.json");
  if (!file) return std::unexpected(file.error());
  add(file->accounts);
  if (auto ok = add_chain_file(chain); !ok) return ok;
  const auto genesis = genesis_block(*file);
  if (!genesis) return std::unexpected(genesis.error());
  if (const auto made = import_state(db, *file, &*genesis, true); !made)
    return std::unexpected(made.error());
  if (auto ok = import_chain(db, {chain}, ThreadedEngine()); !ok) return ok;
  return add_newest_state(db);
}

} // namespace runahead::differential
