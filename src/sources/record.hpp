// Recordings: every value that a call read, kept so that the call can run again with nothing else
// at hand.
//
// As JSON: `{"format": "runahead-recording 1", "context": …, "reads": [{"kind", "address", "slot",
// "value"} …]}`, where `kind` is what name(StateKind) says, `slot` is there for storage and block
// hashes, `value` is a word (for code, the code), and `error: {source, cause, transient}` stands in
// its place where the read failed. `context` is the caller's: the call, its block, its chain.
#pragma once

#include "base/result.hpp"
#include "state/source.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace runahead {

using RecordedValue = std::expected<StateValue, Unavailable>;

struct Recording {
  std::string context = "null"; ///< JSON text
  std::vector<Answer> reads;    ///< each key once, in the order of their arrival
};

std::string to_json(const Recording& recording);
/// Errors name the field.
Result<Recording> parse_recording(std::string_view json);

/// Plain, or compressed by xz. Errors name the file.
Result<Recording> load_recording(const std::string& path);
/// The file is there whole or not at all. Errors name it.
Result<void> save_recording(const std::string& path, const Recording& recording);

/// Hands everything on and keeps what came: the last answer of each key, whether it was asked or
/// not.
class RecordSource final : public StateSource {
public:
  /// `inner` must outlive it.
  explicit RecordSource(StateSource& inner) : inner_(inner) {}
  ~RecordSource() override { *alive_ = false; }

  std::string_view name() const override { return inner_.name(); }
  bool complete() const override { return inner_.complete(); }
  size_t batch_limit() const override { return inner_.batch_limit(); }
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

  const std::vector<Answer>& reads() const { return reads_; }

private:
  void keep(const Answer& answer);

  StateSource& inner_;
  std::vector<Answer> reads_;
  std::unordered_map<StateKey, size_t> place_; ///< in reads_
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Answers from a recording, inside `read`; recorded failures fail again. What was not recorded is
/// unavailable.
class ReplaySource final : public StateSource {
public:
  ReplaySource(const std::vector<Answer>& reads, std::string name);

  std::string_view name() const override { return name_; }
  bool complete() const override { return false; }
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

private:
  std::unordered_map<StateKey, RecordedValue> values_;
  std::string name_;
};

} // namespace runahead
