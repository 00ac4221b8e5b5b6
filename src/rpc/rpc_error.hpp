// The error object of JSON-RPC 2.0, with the codes this server uses.
#pragma once

#include "base/bytes.hpp"

#include <expected>
#include <optional>
#include <string>

namespace runahead {

namespace rpc_code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int internal_error = -32603;
inline constexpr int reverted = 3; ///< geth's: the EVM reverted
inline constexpr int server_error =
    -32000; ///< geth's for everything else the EVM or its rules refuse
inline constexpr int block_not_found = -32001; ///< EIP-1898's
inline constexpr int too_large = -32003; ///< geth's: the answers of a batch take too many bytes
inline constexpr int state_unavailable =
    -32010; ///< ours: a value that the call needs could not be read
inline constexpr int beyond_limits = -32011; ///< ours: the call needs more than limits.hpp allows
// Of eth_simulateV1 (execution-apis):
inline constexpr int nonce_too_low = -38010;
inline constexpr int nonce_too_high = -38011;
inline constexpr int fee_below_base_fee = -38012;
inline constexpr int intrinsic_gas_too_low = -38013;
inline constexpr int insufficient_funds = -38014;
inline constexpr int block_gas_exceeded = -38015;
inline constexpr int blocks_out_of_order = -38020;
inline constexpr int times_out_of_order = -38021;
inline constexpr int sender_not_eoa = -38024;
inline constexpr int initcode_too_large = -38025;
inline constexpr int too_many_blocks = -38026;
inline constexpr int vm_error = -32015; ///< a call of it failed, but did not revert
} // namespace rpc_code

/// What `error` of an answer holds.
struct RpcError {
  int code = rpc_code::internal_error;
  std::string message;
  std::optional<Bytes> data = {}; ///< revert data, as hex in the answer
};

template <class T>
using RpcResult = std::expected<T, RpcError>;

inline std::unexpected<RpcError> rpc_fail(int code, std::string message) {
  return std::unexpected(RpcError{code, std::move(message)});
}

} // namespace runahead
