// Recordings of `runahead call`: the call, its block, and every value it read.
#pragma once

#include "app/call_flags.hpp"
#include "app/chain_wrapper.hpp"
#include "app/local_state.hpp"
#include "sources/record.hpp"

#include <memory>
#include <string>

namespace runahead {

/// What a recording keeps beside the values.
struct CallContext {
  CallTexts call;
  Hash256 block_hash;
  StateAbout about;
};

std::string to_json(const CallContext& context);
/// Errors name the field.
Result<CallContext> parse_call_context(std::string_view json);

/// Keeps what is read of the blocks that are opened.
class RecordingChain final : public ChainWrapper {
public:
  using ChainWrapper::ChainWrapper;
  std::shared_ptr<StateSource> open(const ChainBlock& block) override;

  /// Writes what was read of the block opened last, with the call. Errors name the file.
  Result<void> save(const std::string& path, const CallTexts& call, const ChainBlock& block) const;

private:
  struct Stack;
  std::shared_ptr<Stack> last_;
};

/// A recording as it is opened again.
struct RecordedCall {
  CallTexts call;
  LocalState state;
};

/// Errors name the file.
Result<RecordedCall> load_recorded_call(const std::string& path);

} // namespace runahead
