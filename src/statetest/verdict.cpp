#include "statetest/verdict.hpp"

#include "base/hex.hpp"
#include "statetest/logs_hash.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr size_t most_difference_lines = 12;

CaseResult failed(std::string message) { return {Verdict::failed, std::move(message)}; }

std::string outcome_of(const Ending& ending) {
  if (ending.refusal) return "refused: " + ending.refusal_text;
  return std::string(name(ending.result.status)) + ", " + std::to_string(ending.result.gas_used) +
         " gas used";
}

CaseResult judge_state(const FixtureCase& fixture_case, const PreState& pre_state,
                       const Ending& ending) {
  const Hash256 root = pre_state.root_after(ending.changes);
  if (root == fixture_case.state_root) return {};
  std::string message = "expected state root " + to_hex(fixture_case.state_root) + " got " +
                        to_hex(root) + " (" + outcome_of(ending) + ")";
  if (fixture_case.state)
    for (const std::string& line : describe_difference(
             *fixture_case.state, pre_state.accounts_after(ending.changes), most_difference_lines))
      message += "\n" + line;
  return failed(std::move(message));
}

CaseResult judge_refusal(const FixtureCase& fixture_case, const Ending& ending) {
  const auto refusals = refusals_of(fixture_case.exception);
  if (!refusals) return failed(refusals.error().message);
  if (ending.refusal && std::ranges::count(*refusals, *ending.refusal) != 0) return {};
  return failed("expected refusal " + fixture_case.exception + " got " + outcome_of(ending));
}

std::string compare(std::string_view what, const std::string& a, const std::string& b) {
  if (a == b) return {};
  return std::string(what) + ": " + a + " against " + b;
}

std::string compare_states(const PreState& pre_state, const Ending& a, const Ending& b) {
  if (pre_state.root_after(a.changes) == pre_state.root_after(b.changes)) return {};
  const auto lines = describe_difference(pre_state.accounts_after(a.changes),
                                         pre_state.accounts_after(b.changes), 1);
  return "state: " + (lines.empty() ? "other root" : lines.front());
}

} // namespace

CaseResult judge(const FixtureCase& fixture_case, const PreState& pre_state, const Ending& ending) {
  if (!ending.trouble.empty()) return failed("expected an end got " + ending.trouble);
  if (!fixture_case.exception.empty()) {
    CaseResult refusal = judge_refusal(fixture_case, ending);
    if (refusal.verdict != Verdict::passed) return refusal;
  } else if (ending.refusal) {
    return failed("expected a valid transaction got " + outcome_of(ending));
  }
  CaseResult state = judge_state(fixture_case, pre_state, ending);
  if (state.verdict != Verdict::passed) return state;
  const Hash256 logs = logs_hash(ending.result.logs);
  if (logs == fixture_case.logs_hash) return {};
  return failed("expected logs hash " + to_hex(fixture_case.logs_hash) + " got " + to_hex(logs) +
                " (" + std::to_string(ending.result.logs.size()) + " logs)");
}

std::string first_difference(const PreState& pre_state, const Ending& a, const Ending& b) {
  const auto number = [](auto value) { return std::to_string(value); };
  const auto created = [](const Ending& ending) {
    return ending.result.created ? to_hex(*ending.result.created) : "no account created";
  };
  const std::pair<std::string_view, std::pair<std::string, std::string>> fields[] = {
      {"trouble", {a.trouble, b.trouble}},
      {"refusal", {a.refusal ? a.refusal_text : "valid", b.refusal ? b.refusal_text : "valid"}},
      {"status", {std::string(name(a.result.status)), std::string(name(b.result.status))}},
      {"gas used", {number(a.result.gas_used), number(b.result.gas_used)}},
      {"refund", {number(a.result.refund), number(b.result.refund)}},
      {"output", {to_hex(a.result.output), to_hex(b.result.output)}},
      {"logs", {to_hex(logs_hash(a.result.logs)), to_hex(logs_hash(b.result.logs))}},
      {"created", {created(a), created(b)}},
  };
  for (const auto& [what, values] : fields)
    if (auto difference = compare(what, values.first, values.second); !difference.empty())
      return difference;
  return compare_states(pre_state, a, b);
}

} // namespace runahead
