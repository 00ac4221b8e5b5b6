#include "statetest/state_format.hpp"

#include <optional>

namespace runahead {
namespace {

/// Makes its runner when the first case is run, so that tests nothing is selected of cost nothing.
class StateTest final : public RunnableTest {
public:
  StateTest(FixtureTest test, const Engine& engine, const CaseOptions& options)
      : test_(std::move(test)), engine_(engine), options_(options) {}

  const std::string& name() const override { return test().name; }
  const std::string& problem() const override { return test().problem; }
  size_t case_count() const override { return test().cases.size(); }
  const std::string& fork(size_t index) const override { return test().cases[index].fork; }
  std::string label(size_t index) const override { return runahead::label(test().cases[index]); }
  uint64_t id(size_t index) const override { return case_id(test(), test().cases[index]); }

  CaseResult run(size_t index, Caches& caches) override {
    if (!runner_) runner_.emplace(std::move(test_), engine_, caches, options_);
    return runner_->run(test().cases[index]);
  }

private:
  const FixtureTest& test() const { return runner_ ? runner_->test() : test_; }

  FixtureTest test_;
  const Engine& engine_;
  const CaseOptions& options_;
  std::optional<CaseRunner> runner_;
};

class StateReader final : public TestReader {
public:
  StateReader(const Engine& engine, const CaseOptions& options)
      : engine_(engine), options_(options) {}

  Result<std::vector<std::unique_ptr<RunnableTest>>> read(const std::string& path) override {
    auto tests = reader_.read(path);
    if (!tests) return std::unexpected(tests.error());
    std::vector<std::unique_ptr<RunnableTest>> runnable;
    for (FixtureTest& test : *tests)
      runnable.push_back(std::make_unique<StateTest>(std::move(test), engine_, options_));
    return runnable;
  }

private:
  FixtureReader reader_;
  const Engine& engine_;
  const CaseOptions& options_;
};

} // namespace

std::unique_ptr<TestReader> StateFormat::make_reader() const {
  return std::make_unique<StateReader>(engine_, options_);
}

Result<std::string> StateFormat::fork_name(std::string_view text) const {
  const Result<Fork> fork = parse_fork(text);
  if (!fork) return std::unexpected(fork.error());
  return std::string(name(*fork));
}

} // namespace runahead
