#include "sources/fault.hpp"

#include <string>
#include <utility>

namespace runahead {

FaultSource::FaultSource(StateSource& inner, FaultModel model, uint64_t seed)
    : inner_(inner), model_(std::move(model)), random_(seed) {}

bool FaultSource::fails_now(const StateKey& key, bool whole_read) {
  const bool drawn = random_.chance(model_.transient_chance); // drawn always: keeps seeds in step
  if (!drawn && !whole_read) return false;
  unsigned& count = failures_of_[key];
  if (count >= model_.most_failures) return false;
  ++count;
  ++failures_;
  return true;
}

void FaultSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  const bool whole_read = random_.chance(model_.whole_read_chance);
  std::vector<Answer> failed;
  std::vector<StateKey> rest;
  for (const StateKey& key : keys) {
    if (model_.dead.contains(key))
      failed.push_back(
          {key, std::unexpected(Unavailable{std::string(name()), "made to fail for good", false})});
    else if (fails_now(key, whole_read))
      failed.push_back(
          {key, std::unexpected(Unavailable{std::string(name()), "made to fail this time", true})});
    else
      rest.push_back(key);
  }
  if (!failed.empty()) sink(std::move(failed));
  if (!rest.empty()) inner_.read(std::move(rest), std::move(sink));
}

} // namespace runahead
