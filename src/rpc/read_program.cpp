#include "rpc/read_program.hpp"

#include "rpc/call_error.hpp"

#include <utility>

namespace runahead {
namespace {

class ReadProgram final : public PinnedProgram, private Program {
public:
  using Values = std::shared_ptr<std::vector<StateValue>>;

  ReadProgram(ProgramSite site, std::vector<StateKey> keys, Values values)
      : PinnedProgram(std::move(site)), keys_(std::move(keys)), values_(std::move(values)) {}

  Program& program() override { return *this; }
  CallEnd take_end() override {
    for (const StateKey& key : keys_) values_->push_back(*view().find(key));
    return ExecutionResult{};
  }

private:
  Progress run(int64_t) override {
    missing_.clear();
    for (const StateKey& key : keys_)
      if (view().find(key) == nullptr) missing_.push_back(key);
    return missing_.empty() ? Progress::done : Progress::want;
  }
  const std::vector<StateKey>& wants() const override { return missing_; }
  std::vector<StateKey> hints() const override { return {}; }
  const CallStack* call_stack() const override { return nullptr; }

  std::vector<StateKey> keys_;
  std::vector<StateKey> missing_;
  Values values_;
};

} // namespace

CallFront::CallId
read_state(CallFront& calls, PinRef pin, std::vector<StateKey> keys,
           std::move_only_function<void(RpcResult<std::vector<StateValue>>)> sink) {
  auto values = std::make_shared<std::vector<StateValue>>();
  auto make = [keys = std::move(keys), values](ProgramSite site) mutable {
    return std::make_unique<ReadProgram>(std::move(site), std::move(keys), values);
  };
  return calls.run(std::move(pin), std::move(make),
                   [values, sink = std::move(sink)](const CallOutcome& outcome) mutable {
                     if (auto error = error_of(outcome)) return sink(std::unexpected(*error));
                     sink(std::move(*values));
                   });
}

} // namespace runahead
