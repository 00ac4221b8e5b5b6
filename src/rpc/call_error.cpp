#include "rpc/call_error.hpp"

#include "base/hex.hpp"

#include <algorithm>
#include <array>

namespace runahead {
namespace {

constexpr size_t selector_bytes = 4, word_bytes = 32;
constexpr std::array<uint8_t, 4> error_selector = {0x08, 0xc3, 0x79, 0xa0}; // Error(string)
constexpr std::array<uint8_t, 4> panic_selector = {0x4e, 0x48, 0x7b, 0x71}; // Panic(uint256)

struct PanicCode {
  uint64_t code;
  std::string_view text;
};
// Solidity documentation, "Panic via assert and Error via require".
constexpr std::array panic_codes = {
    PanicCode{0x00, "generic panic"},
    PanicCode{0x01, "assert(false)"},
    PanicCode{0x11, "arithmetic underflow or overflow"},
    PanicCode{0x12, "division or modulo by zero"},
    PanicCode{0x21, "enum overflow"},
    PanicCode{0x22, "invalid encoded storage byte array accessed"},
    PanicCode{0x31, "out-of-bounds array access; popping on an empty array"},
    PanicCode{0x32, "out-of-bounds access of an array or bytesN"},
    PanicCode{0x41, "out of memory"},
    PanicCode{0x51, "uninitialized function"},
};

bool starts_with(BytesView data, std::span<const uint8_t> prefix) {
  return data.size() >= prefix.size() && equal(data.first(prefix.size()), prefix);
}

/// The word at `offset`, if it is all there and no larger than a size can be.
std::optional<size_t> size_at(BytesView data, size_t offset) {
  if (data.size() < word_bytes || offset > data.size() - word_bytes) return std::nullopt;
  const uint256 word = load_be(data.data() + offset);
  if (!word.fits_u64()) return std::nullopt;
  return word.w[0];
}

/// The one string of ABI-encoded arguments.
std::optional<std::string> decode_string(BytesView arguments) {
  const auto offset = size_at(arguments, 0);
  if (!offset) return std::nullopt;
  const auto length = size_at(arguments, *offset);
  if (!length) return std::nullopt;
  const BytesView text = arguments.subspan(*offset + word_bytes);
  if (*length > text.size()) return std::nullopt;
  return std::string(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(*length));
}

std::string panic_text(const uint256& code) {
  if (code.fits_u64())
    for (const PanicCode& known : panic_codes)
      if (known.code == code.w[0]) return std::string(known.text);
  return "unknown panic code: " + to_hex(code);
}

RpcError error_of(const ExecutionResult& result) {
  if (result.status == Status::revert)
    return {rpc_code::reverted, ending_text(result), result.output};
  const bool met_limit = result.status == Status::precompile_beyond_limits;
  return {met_limit ? rpc_code::beyond_limits : rpc_code::server_error,
          failure_text(result.status)};
}

RpcError error_of(const InvalidTransaction& invalid, uint64_t gas_limit) {
  // geth checks the chain id where it reads the arguments, before it supplies gas.
  if (invalid.code == InvalidCode::wrong_chain) return {rpc_code::server_error, invalid.message};
  return {rpc_code::server_error, invalid_text(invalid, gas_limit)};
}

RpcError error_of(const StateFailure& failure) {
  return {rpc_code::state_unavailable, "state unavailable: " + to_string(failure.key) + ": " +
                                           failure.cause.source + ": " + failure.cause.cause};
}

} // namespace

std::optional<std::string> revert_reason(BytesView data) {
  if (starts_with(data, error_selector)) return decode_string(data.subspan(selector_bytes));
  if (starts_with(data, panic_selector) && data.size() >= selector_bytes + word_bytes)
    return panic_text(load_be(data.data() + selector_bytes));
  return std::nullopt;
}

std::string failure_text(Status status) {
  switch (status) {
  case Status::undefined_opcode: return "invalid opcode: opcode not defined";
  case Status::invalid_opcode: return "invalid opcode: INVALID";
  case Status::stack_overflow: return "stack limit reached 1024";
  case Status::initcode_too_large: return "max initcode size exceeded";
  case Status::precompile_beyond_limits: return "not supported: " + std::string(name(status));
  default: return std::string(name(status));
  }
}

std::string ending_text(const ExecutionResult& result) {
  if (result.status != Status::revert) return failure_text(result.status);
  const auto reason = revert_reason(result.output);
  return "execution reverted" + (reason ? ": " + *reason : std::string());
}

std::string invalid_text(const InvalidTransaction& invalid, uint64_t supplied_gas) {
  return "err: " + invalid.message + " (supplied gas " + to_decimal(supplied_gas) + ")";
}

std::optional<RpcError> error_of(const CallOutcome& outcome) {
  if (const auto* result = std::get_if<ExecutionResult>(&outcome.end)) {
    if (result->status == Status::success) return std::nullopt;
    return error_of(*result);
  }
  if (const auto* invalid = std::get_if<InvalidTransaction>(&outcome.end))
    return error_of(*invalid, outcome.gas_limit);
  if (const auto* failure = std::get_if<StateFailure>(&outcome.end)) return error_of(*failure);
  return RpcError{rpc_code::server_error, std::get<CallAborted>(outcome.end).message};
}

} // namespace runahead
