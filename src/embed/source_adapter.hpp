// A user's state source as the broker reads it. The user may answer from any thread: answers go
// through the session's loop.
#pragma once

#include "embed/waiting_loop.hpp"
#include "runahead/state.hpp"
#include "state/source.hpp"

#include <memory>
#include <unordered_map>

namespace runahead {

class SourceAdapter final : public StateSource {
public:
  /// `source` must outlive the adapter. Once `loop` is closed no answer comes through any more.
  SourceAdapter(api::StateSource& source, std::shared_ptr<WaitingLoop> loop);

  std::string_view name() const override { return name_; }
  bool complete() const override { return false; }
  size_t batch_limit() const override;
  void read(std::vector<StateKey> keys, AnswerSink sink) override;

  /// What was said of code so far: an account's code hash and its code must agree.
  using CodeHashes = std::unordered_map<Address, Hash256>;

private:
  api::StateSource& source_;
  std::string name_;
  std::shared_ptr<WaitingLoop> loop_;
  std::shared_ptr<CodeHashes> code_hashes_ = std::make_shared<CodeHashes>();
};

} // namespace runahead
