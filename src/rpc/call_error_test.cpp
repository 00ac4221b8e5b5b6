#include "base/hex.hpp"
#include "rpc/call_error.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

std::string word(uint64_t value) { return to_hex32(value).substr(2); }

Bytes bytes(const std::string& hex) { return *parse_hex_bytes(hex); }

/// Error("user error") as Solidity encodes it.
const std::string user_error = "0x08c379a0" + word(0x20) + word(10) +
                               "75736572206572726f7200000000000000000000000000000000000000000000";

CallOutcome ended(CallEnd end) { return {std::move(end), {}, 21'000, {}}; }

CallOutcome ended_with(Status status, Bytes output = {}) {
  ExecutionResult result;
  result.status = status;
  result.output = std::move(output);
  return ended(std::move(result));
}

TEST(RevertReason, ErrorAndPanic) {
  EXPECT_EQ(revert_reason(bytes(user_error)), "user error");
  EXPECT_EQ(revert_reason(bytes("0x08c379a0" + word(0x20) + word(0))), "");
  EXPECT_EQ(revert_reason(bytes("0x4e487b71" + word(1))), "assert(false)");
  EXPECT_EQ(revert_reason(bytes("0x4e487b71" + word(0x11))), "arithmetic underflow or overflow");
  EXPECT_EQ(revert_reason(bytes("0x4e487b71" + word(0x77))), "unknown panic code: 0x77");
  EXPECT_EQ(revert_reason(bytes("0x4e487b71" + std::string(64, 'f'))),
            "unknown panic code: 0x" + std::string(64, 'f'));
}

TEST(RevertReason, NothingForOtherData) {
  const std::string huge = std::string(64, 'f');
  const std::string wrapping = to_hex32(uint256{0x20, 1, 0, 0}).substr(2); // 2^64 + 32
  for (const std::string& hex :
       {std::string("0x"), std::string("0x08c3"), std::string("0x08c379a0"),
        std::string("0x4e487b71"), "0x4e487b71" + word(1).substr(2), "0x12345678" + word(1),
        "0x08c379a0" + word(0x20), "0x08c379a0" + word(0x20) + word(1),
        "0x08c379a0" + word(0x21) + word(0), "0x08c379a0" + huge + word(0),
        "0x08c379a0" + wrapping + word(0), "0x08c379a0" + word(0x20) + huge,
        "0x08c379a0" + word(0x1000) + word(0)})
    EXPECT_EQ(revert_reason(bytes(hex)), std::nullopt) << hex;
}

TEST(RevertReason, ReadsNoFurtherThanTheData) {
  const Bytes whole = bytes(user_error);
  for (size_t size = 0; size < whole.size() - 22; ++size) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(revert_reason(cut), std::nullopt) << size;
  }
}

TEST(CallError, SuccessIsNone) { EXPECT_FALSE(error_of(ended_with(Status::success, {1}))); }

TEST(CallError, RevertsHaveTheirDataAndReason) {
  const auto plain = error_of(ended_with(Status::revert));
  EXPECT_EQ(plain->code, 3);
  EXPECT_EQ(plain->message, "execution reverted");
  EXPECT_EQ(plain->data, Bytes{});
  const auto told = error_of(ended_with(Status::revert, bytes(user_error)));
  EXPECT_EQ(told->code, 3);
  EXPECT_EQ(told->message, "execution reverted: user error");
  EXPECT_EQ(told->data, bytes(user_error));
  const auto untold = error_of(ended_with(Status::revert, {1, 2}));
  EXPECT_EQ(untold->message, "execution reverted");
  EXPECT_EQ(untold->data, (Bytes{1, 2}));
}

TEST(CallError, FailuresInGethsWords) {
  const auto text = [](Status status) {
    const auto error = error_of(ended_with(status));
    EXPECT_EQ(error->code, -32000);
    EXPECT_FALSE(error->data);
    return error->message;
  };
  EXPECT_EQ(text(Status::out_of_gas), "out of gas");
  EXPECT_EQ(text(Status::bad_jump), "invalid jump destination");
  EXPECT_EQ(text(Status::invalid_opcode), "invalid opcode: INVALID");
  EXPECT_EQ(text(Status::stack_underflow), "stack underflow");
  EXPECT_EQ(text(Status::static_violation), "write protection");
}

TEST(CallError, TheOtherKinds) {
  const auto invalid = error_of(
      ended(InvalidTransaction{InvalidCode::intrinsic_gas_too_low, "intrinsic gas too low"}));
  EXPECT_EQ(invalid->code, -32000);
  EXPECT_EQ(invalid->message, "err: intrinsic gas too low (supplied gas 21000)");
  const auto chain =
      error_of(ended(InvalidTransaction{InvalidCode::wrong_chain, "chainId does not match"}));
  EXPECT_EQ(chain->message, "chainId does not match");
  const StateKey key = StateKey::storage({}, 7);
  const auto missing = error_of(ended(StateFailure{key, {"http://node:1", "pruned", false}}));
  EXPECT_EQ(missing->code, -32010);
  EXPECT_EQ(missing->message, "state unavailable: " + to_string(key) + ": http://node:1: pruned");
  const auto beyond = error_of(ended_with(Status::precompile_beyond_limits));
  EXPECT_EQ(beyond->code, -32011);
  EXPECT_EQ(beyond->message,
            "not supported: a precompile's operands are longer than this engine takes");
  const auto late = error_of(ended(CallAborted{"execution aborted (timeout = 5s)"}));
  EXPECT_EQ(late->code, -32000);
  EXPECT_EQ(late->message, "execution aborted (timeout = 5s)");
}

} // namespace
} // namespace runahead
