// The EVM as a plugin of EVMC hosts: what librunahead_evmc.so exports. A host finds the function by
// the library's file name (`evmc_create_runahead_evmc`), or as `evmc_create` whatever the file is
// called.
//
// A VM may execute on any number of threads at once, nested too: a host that is asked to call
// executes the callee on the same VM. Its options are to be set before.
//
//   engine   threaded (the default) or stepping
//   trace    EIP-3155 traces, a line for each instruction and one more for each outermost message:
//            to standard error (no value, or 1), into the file that the value names, or none (0).
//            A traced message runs on the stepping engine.
#include "embed/evmc/abi.hpp"
#include "embed/evmc/content_cache.hpp"
#include "embed/evmc/hosted_world.hpp"
#include "embed/evmc/trace_file.hpp"
#include "interp/json_trace.hpp"
#include "interp/threaded.hpp"
#include "machine/frame_pool.hpp"

#include <algorithm>
#include <limits>
#include <new>

namespace runahead::evmc {
namespace {

// Revisions are forks, in the same order.
static_assert(static_cast<int>(Revision::constantinople) == static_cast<int>(Fork::constantinople));
static_assert(static_cast<int>(Revision::osaka) == static_cast<int>(Fork::osaka));
static_assert(static_cast<size_t>(Revision::osaka) + 1 == fork_count);

StatusCode status_code_of(Status status) {
  switch (status) {
  case Status::success: return StatusCode::success;
  case Status::revert: return StatusCode::revert;
  case Status::out_of_gas:
  case Status::initcode_too_large: // EIP-3860 takes it for the same
    return StatusCode::out_of_gas;
  case Status::undefined_opcode: return StatusCode::undefined_instruction;
  case Status::invalid_opcode: return StatusCode::invalid_instruction;
  case Status::stack_underflow: return StatusCode::stack_underflow;
  case Status::stack_overflow: return StatusCode::stack_overflow;
  case Status::bad_jump: return StatusCode::bad_jump_destination;
  case Status::static_violation: return StatusCode::static_mode_violation;
  case Status::return_data_out_of_bounds: return StatusCode::invalid_memory_access;
  // Ends of creations and precompiles as a whole, which are the host's.
  case Status::address_collision:
  case Status::code_too_large:
  case Status::code_starts_with_ef:
  case Status::code_deposit_out_of_gas:
  case Status::precompile_failure:
  case Status::precompile_beyond_limits: break;
  }
  return StatusCode::internal_error;
}

Result failed(StatusCode code) {
  Result result{};
  result.status_code = code;
  return result;
}

void release_output(const Result* result) { delete[] result->output_data; }

Result result_of(const Frame& frame, const World& world) {
  Result result = failed(status_code_of(frame.status));
  if (!keeps_gas(frame.status)) return result;
  result.gas_left = frame.gas;
  if (frame.status == Status::success) result.gas_refund = world.refund();
  if (frame.output.empty()) return result;
  auto* const output = new uint8_t[frame.output.size()];
  std::ranges::copy(frame.output, output);
  result.output_data = output;
  result.output_size = frame.output.size();
  result.release = release_output;
  return result;
}

/// What a frame needs to know of it; empty for kinds that there are not, and nonsense.
std::optional<runahead::Message> message_of(const Message& m) {
  runahead::Message message;
  switch (m.kind) {
  case CallKind::call: message.kind = runahead::CallKind::call; break;
  case CallKind::delegatecall: message.kind = runahead::CallKind::delegatecall; break;
  case CallKind::callcode: message.kind = runahead::CallKind::callcode; break;
  case CallKind::create: message.kind = runahead::CallKind::create; break;
  case CallKind::create2: message.kind = runahead::CallKind::create2; break;
  default: return std::nullopt;
  }
  if (m.gas < 0 || m.depth < 0) return std::nullopt;
  message.is_static = (m.flags & flags::is_static) != 0;
  message.depth = static_cast<uint16_t>(std::min(m.depth, 0xffff));
  message.gas = m.gas;
  message.recipient = m.recipient;
  message.sender = m.sender;
  message.code_address = m.code_address;
  message.value = from(m.value);
  message.input = {m.input_data, m.input_size};
  return message;
}

/// A frame of the pool, for as long as this lives.
class PooledFrame {
public:
  explicit PooledFrame(FramePool& pool)
      : pool_(pool), store_(pool.take()), frame_(store_.push(pool)) {}
  ~PooledFrame() { pool_.give(std::move(store_)); }
  PooledFrame(const PooledFrame&) = delete;
  PooledFrame& operator=(const PooledFrame&) = delete;
  Frame& operator*() const { return frame_; }

private:
  FramePool& pool_;
  FrameStore store_;
  Frame& frame_;
};

/// Until the frame has ended. A host answers every question at once, so nothing is waited for.
void run(const Engine& engine, Frame& frame, HostedWorld& world) {
  constexpr int64_t all = std::numeric_limits<int64_t>::max();
  Outcome outcome;
  while ((outcome = engine.run(frame, world, all)) != Outcome::done)
    if (outcome == Outcome::call) world.run_request(frame);
}

class Plugin final : public Vm {
public:
  Plugin();

  Result run_message(const HostInterface& host, HostContext* context, Fork fork,
                     const Message& message, BytesView code);
  SetOptionResult set(std::string_view name, const char* value);

private:
  const Engine& engine() const {
    if (stepping_chosen_) return stepping_;
    return threaded_;
  }
  void run_traced(Frame& frame, HostedWorld& world);
  SetOptionResult set_trace(std::string_view value);

  SteppingEngine stepping_;
  ThreadedEngine threaded_;
  bool stepping_chosen_ = false;
  std::unique_ptr<TraceFile> trace_; ///< null: nothing is traced
  ContentCache codes_;
  FramePool frames_;
};

Result Plugin::run_message(const HostInterface& host, HostContext* context, Fork fork,
                           const Message& message, BytesView code) {
  auto own = message_of(message);
  if (!own) return failed(StatusCode::rejected);
  // Initcode comes with its arguments: hardly any of it ever comes again.
  own->code = is_create(own->kind) ? std::make_shared<const Code>(code) : codes_.get(code, fork);
  const PooledFrame pooled(frames_);
  Frame& frame = *pooled;
  frame.begin(*own);
  HostedWorld world(host, context, fork);
  if (trace_ != nullptr)
    run_traced(frame, world);
  else
    run(engine(), frame, world);
  return result_of(frame, world);
}

void Plugin::run_traced(Frame& frame, HostedWorld& world) {
  JsonTrace tracer([this](std::string_view line) { trace_->write_line(line); });
  run(SteppingEngine(&tracer), frame, world);
  if (frame.message.depth != 0) return;
  const int64_t left = keeps_gas(frame.status) ? frame.gas : 0;
  tracer.summary(frame.output, static_cast<uint64_t>(frame.message.gas - left), frame.status);
}

SetOptionResult Plugin::set(std::string_view name, const char* value) {
  const std::string_view text = value != nullptr ? value : "";
  if (name == "engine") {
    const bool stepping = text == stepping_.name();
    if (!stepping && text != threaded_.name()) return SetOptionResult::invalid_value;
    stepping_chosen_ = stepping;
    return SetOptionResult::success;
  }
  if (name == "trace") return set_trace(text);
  return SetOptionResult::invalid_name;
}

SetOptionResult Plugin::set_trace(std::string_view value) {
  if (value == "0") {
    trace_ = nullptr;
    return SetOptionResult::success;
  }
  auto file = value.empty() || value == "1" ? TraceFile::standard_error()
                                            : TraceFile::create(std::string(value));
  if (file == nullptr) return SetOptionResult::invalid_value;
  trace_ = std::move(file);
  return SetOptionResult::success;
}

// The C side: nothing is thrown beyond it --------------------------------------------------------

void destroy(Vm* vm) noexcept { delete static_cast<Plugin*>(vm); }

Result execute(Vm* vm, const HostInterface* host, HostContext* context, Revision revision,
               const Message* message, const uint8_t* code, size_t code_size) noexcept {
  const bool known = revision >= Revision::frontier && revision <= Revision::osaka;
  if (!known || host == nullptr || message == nullptr) return failed(StatusCode::rejected);
  try {
    return static_cast<Plugin*>(vm)->run_message(*host, context, static_cast<Fork>(revision),
                                                 *message, {code, code_size});
  } catch (const std::bad_alloc&) {
    return failed(StatusCode::out_of_memory);
  } catch (...) {
    return failed(StatusCode::internal_error);
  }
}

uint32_t get_capabilities(Vm*) noexcept { return capability::evm1; }

SetOptionResult set_option(Vm* vm, const char* name, const char* value) noexcept {
  try {
    return static_cast<Plugin*>(vm)->set(name != nullptr ? name : "", value);
  } catch (...) {
    return SetOptionResult::invalid_value;
  }
}

constexpr Vm functions{.abi_version = abi_version,
                       .name = "runahead",
                       .version = RUNAHEAD_VERSION,
                       .destroy = destroy,
                       .execute = execute,
                       .get_capabilities = get_capabilities,
                       .set_option = set_option};

Plugin::Plugin() : Vm(functions) {}

} // namespace
} // namespace runahead::evmc

extern "C" {

/// A new VM, to be destroyed by its `destroy`; null if memory is out.
[[gnu::visibility("default")]] runahead::evmc::Vm* evmc_create_runahead_evmc() noexcept {
  try {
    return new runahead::evmc::Plugin();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

/// The same.
[[gnu::visibility("default")]] runahead::evmc::Vm* evmc_create() noexcept {
  return evmc_create_runahead_evmc();
}
}
