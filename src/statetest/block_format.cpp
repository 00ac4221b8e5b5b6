#include "statetest/block_format.hpp"

#include "base/hex.hpp"
#include "crypto/keccak.hpp"
#include "statetest/block_expectation.hpp"
#include "statetest/block_network.hpp"
#include "statetest/block_tree.hpp"

namespace runahead {
namespace {

constexpr size_t most_difference_lines = 12;
constexpr std::string_view wrong_seal = "InvalidBlockNonce";

CaseResult failed(std::string message) { return {Verdict::failed, std::move(message)}; }

/// The same number for the same test, on every machine.
uint64_t fixture_id(const BlockFixture& test) {
  const std::string text = test.name + test.network;
  return from(keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()})).w[0];
}

/// What became of one block, against what the fixture says.
CaseResult judge_block(const FixtureBlock& block, const std::optional<BlockRefusal>& refusal) {
  if (refusal && refusal->kind == BlockRefusal::Kind::skipped)
    return {Verdict::skipped, refusal->message};
  if (refusal && refusal->kind == BlockRefusal::Kind::trouble)
    return failed("expected an end got " + refusal->message);
  if (block.valid) {
    if (refusal) return failed("expected a valid block got " + refusal->message);
    return {};
  }
  const std::string reason = block.exception.empty() ? "an invalid block" : block.exception;
  if (!refusal) return failed("expected " + reason + " got a valid block");
  if (block.exception.empty()) return {};
  const auto fulfilled = fulfils(*refusal, block.exception);
  if (!fulfilled) return failed(fulfilled.error().message);
  if (*fulfilled) return {};
  std::string message = "expected " + reason + " got " + refusal->message;
  for (size_t i = 1; i < refusal->faults.size(); ++i)
    message += "\nand " + refusal->faults[i].message;
  return failed(std::move(message));
}

CaseResult judge_head(const BlockFixture& test, const BlockTree& tree) {
  if (tree.head_hash() != test.last_block_hash)
    return failed("expected last block " + to_hex(test.last_block_hash) + " got " +
                  to_hex(tree.head_hash()));
  if (test.post_state_root && *test.post_state_root != tree.head_state_root())
    return failed("expected state root " + to_hex(*test.post_state_root) + " got " +
                  to_hex(tree.head_state_root()));
  if (!test.post) return {};
  const auto lines = describe_difference(*test.post, tree.head_accounts(), most_difference_lines);
  if (lines.empty()) return {};
  std::string message = "expected another state behind the last block";
  for (const std::string& line : lines) message += "\n" + line;
  return failed(std::move(message));
}

class BlockTest final : public RunnableTest {
public:
  BlockTest(BlockFixture test, const Engine& engine, const CaseOptions& options)
      : test_(std::move(test)), engine_(engine), options_(options) {}

  const std::string& name() const override { return test_.name; }
  const std::string& problem() const override { return test_.problem; }
  size_t case_count() const override { return 1; }
  const std::string& fork(size_t) const override { return test_.network; }
  std::string label(size_t) const override { return "[" + test_.network + "]"; }
  uint64_t id(size_t) const override { return fixture_id(test_); }
  CaseResult run(size_t, Caches& caches) override {
    return run_block_fixture(test_, engine_, caches, options_);
  }

private:
  BlockFixture test_;
  const Engine& engine_;
  const CaseOptions& options_;
};

class BlockReader final : public TestReader {
public:
  BlockReader(const Engine& engine, const CaseOptions& options)
      : engine_(engine), options_(options) {}

  Result<std::vector<std::unique_ptr<RunnableTest>>> read(const std::string& path) override {
    auto tests = reader_.read(path);
    if (!tests) return std::unexpected(tests.error());
    std::vector<std::unique_ptr<RunnableTest>> runnable;
    for (BlockFixture& test : *tests)
      runnable.push_back(std::make_unique<BlockTest>(std::move(test), engine_, options_));
    return runnable;
  }

private:
  BlockFixtureReader reader_;
  const Engine& engine_;
  const CaseOptions& options_;
};

} // namespace

CaseResult run_block_fixture(const BlockFixture& test, const Engine& engine, Caches& caches,
                             const CaseOptions& options) {
  BlockTree tree(test.schedule, test.genesis, test.pre, engine, caches, options, fixture_id(test));
  if (tree.genesis_root() != test.genesis.state_root)
    return failed("expected genesis state root " + to_hex(test.genesis.state_root) + " got " +
                  to_hex(tree.genesis_root()));
  for (size_t i = 0; i < test.blocks.size(); ++i) {
    const FixtureBlock& block = test.blocks[i];
    if (test.sealed && block.exception == wrong_seal)
      return {Verdict::skipped, "Ethash seals are not checked"};
    CaseResult result = judge_block(block, tree.add(block.rlp));
    if (result.verdict == Verdict::passed) continue;
    if (result.verdict == Verdict::failed)
      result.message = "blocks[" + std::to_string(i) + "]: " + result.message;
    return result;
  }
  return judge_head(test, tree);
}

std::unique_ptr<TestReader> BlockFormat::make_reader() const {
  return std::make_unique<BlockReader>(engine_, options_);
}

Result<std::string> BlockFormat::fork_name(std::string_view text) const {
  if (const Result<Fork> fork = parse_fork(text)) return std::string(name(*fork));
  const BlobSchedules none;
  if (const auto schedule = parse_network(text, none, 1); !schedule)
    return std::unexpected(schedule.error());
  return std::string(text);
}

} // namespace runahead
