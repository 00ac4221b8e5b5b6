#include "rpc/trace_program.hpp"

#include "base/limits.hpp"
#include "rpc/call_error.hpp"

namespace runahead {

TraceProgram::TraceProgram(ProgramSite site, TraceInput input, std::shared_ptr<TraceEnd> end)
    : PinnedProgram(std::move(site)), input_(std::move(input)), end_(std::move(end)) {
  if (input_.block) {
    BlockOptions block_options;
    block_options.stop_before = input_.first;
    before_ = std::make_unique<BlockExecution>(std::move(*input_.block), view(), engine(), caches(),
                                               block_options);
  } else {
    state_.emplace(view());
    state_->apply(input_.changes);
  }
}

/// Scouts keep to the world of one execution: they run ahead only where there is no other.
const CallStack* TraceProgram::call_stack() const {
  const bool alone = before_ == nullptr && input_.transactions.size() == 1;
  return alone && execution_ && !executed_ ? execution_->call_stack() : nullptr;
}

Program::Progress TraceProgram::refuse(RpcError error) {
  end_->error = std::move(error);
  next_ = input_.transactions.size();
  return Progress::done;
}

Program::Progress TraceProgram::run(int64_t budget) {
  if (!state_)
    if (const Progress progress = run_before(budget); progress != Progress::done) return progress;
  while (next_ < input_.transactions.size())
    if (const Progress progress = run_traced(budget); progress != Progress::done) return progress;
  return Progress::done;
}

Program::Progress TraceProgram::run_before(int64_t budget) {
  const Progress progress = before_->run(budget);
  if (progress == Progress::want) wants_ = before_->wants();
  if (progress != Progress::done) return progress;
  if (before_->invalid()) return refuse({rpc_code::internal_error, before_->invalid()->message});
  if (before_->met_limit())
    return refuse({rpc_code::beyond_limits, failure_text(Status::precompile_beyond_limits)});
  state_.emplace(before_->state());
  return Progress::done;
}

Program::Progress TraceProgram::run_traced(int64_t budget) {
  const TracedTransaction& traced = input_.transactions[next_];
  if (!execution_) {
    tracer_ = make_tracer(input_.options, traced.place);
    relay_.target = tracer_.get();
    execution_ = std::make_unique<Execution>(
        ExecutionInput{traced.transaction, input_.env, input_.rules, input_.mode, input_.moves},
        *state_, tracing_engine_, caches(), &relay_);
    executed_ = false;
  }
  if (!executed_) {
    const Progress progress = execution_->run(budget);
    if (progress == Progress::want) wants_ = execution_->wants();
    if (progress != Progress::done) return progress;
    executed_ = true;
  }
  return end_traced();
}

Program::Progress TraceProgram::end_traced() {
  const TracedTransaction& traced = input_.transactions[next_];
  if (const auto& invalid = execution_->invalid())
    return refuse({rpc_code::server_error, invalid_text(*invalid, traced.transaction.gas_limit)});
  const ExecutionResult& result = *execution_->result();
  if (result.status == Status::precompile_beyond_limits)
    return refuse({rpc_code::beyond_limits, failure_text(result.status)});
  const TracedEnd end{traced.transaction, result, execution_->changes(), *state_, input_.env};
  wants_.clear();
  for (const StateKey& key : tracer_->needs(end))
    if (state_->find(key) == nullptr) wants_.push_back(key);
  if (!wants_.empty()) return Progress::want;
  end_->results.push_back(tracer_->result(end));
  size_t bytes = 0;
  for (const std::string& text : end_->results) bytes += text.size();
  if (tracer_->overflowed() || bytes > limits::rpc_answer_bytes)
    return refuse(
        {rpc_code::beyond_limits,
         "the trace takes more than " + std::to_string(limits::rpc_answer_bytes) + " bytes"});
  state_->apply(execution_->changes());
  execution_.reset();
  ++next_;
  return Progress::done;
}

} // namespace runahead
