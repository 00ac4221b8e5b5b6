// EVMC, the C interface between Ethereum clients and EVMs, in its ABI version 12: the structures
// that a host and a VM hand each other, as far as a VM needs them. Written from the interface's
// public description; the order, size and value of everything here is what the binary interface
// says, the words are ours. Byte strings of 20 and 32 bytes are big-endian.
//
// Everything is a plain C type: a host may be written in any language.
#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <type_traits>

namespace runahead::evmc {

inline constexpr int32_t abi_version = 12;

enum class Revision : int32_t {
  frontier = 0,
  homestead = 1,
  tangerine_whistle = 2,
  spurious_dragon = 3,
  byzantium = 4,
  constantinople = 5,
  petersburg = 6,
  istanbul = 7,
  berlin = 8,
  london = 9,
  paris = 10,
  shanghai = 11,
  cancun = 12,
  prague = 13,
  osaka = 14,
  experimental = 15,
};

enum class CallKind : int32_t {
  call = 0, ///< STATICCALL is this one with Flags::is_static
  delegatecall = 1,
  callcode = 2,
  create = 3,
  create2 = 4,
  eofcreate = 5,
};

/// Bits of Message::flags.
namespace flags {
inline constexpr uint32_t is_static = 1;
inline constexpr uint32_t delegated = 2; ///< the code is a delegate's (EIP-7702)
} // namespace flags

enum class StatusCode : int32_t {
  success = 0,
  failure = 1,
  revert = 2,
  out_of_gas = 3,
  invalid_instruction = 4, ///< the designated one
  undefined_instruction = 5,
  stack_overflow = 6,
  stack_underflow = 7,
  bad_jump_destination = 8,
  invalid_memory_access = 9, ///< of return data, beyond its end
  call_depth_exceeded = 10,
  static_mode_violation = 11,
  precompile_failure = 12,
  contract_validation_failure = 13,
  argument_out_of_range = 14,
  insufficient_balance = 17,
  internal_error = -1,
  rejected = -2, ///< the VM does not take such a message, code or revision
  out_of_memory = -3,
};

/// What storing did; the cases and their order are those of StorageStatus (state/storage_slot.hpp).
enum class StorageStatus : int32_t {
  assigned = 0,
  added = 1,
  deleted = 2,
  modified = 3,
  deleted_added = 4,
  modified_deleted = 5,
  deleted_restored = 6,
  added_deleted = 7,
  modified_restored = 8,
};

enum class AccessStatus : int32_t { cold = 0, warm = 1 };

struct Message {
  CallKind kind = CallKind::call;
  uint32_t flags = 0;
  int32_t depth = 0; ///< 0 for the outermost
  int64_t gas = 0;
  Address recipient{};
  Address sender{};
  const uint8_t* input_data = nullptr; ///< call data; initcode where the host is asked to create
  size_t input_size = 0;
  Hash256 value{};
  Hash256 create2_salt{};
  Address code_address{};
  const uint8_t* code = nullptr; ///< may be null; not used by VMs
  size_t code_size = 0;
};

struct Result {
  StatusCode status_code = StatusCode::success;
  int64_t gas_left = 0;
  int64_t gas_refund = 0;
  const uint8_t* output_data = nullptr;
  size_t output_size = 0;
  void (*release)(const Result*) = nullptr; ///< for whoever got it to call once; may be null
  Address create_address{};
  uint8_t padding[4] = {};
};

struct TxInitcode {
  Hash256 hash{};
  const uint8_t* code = nullptr;
  size_t code_size = 0;
};

struct TxContext {
  Hash256 tx_gas_price{};
  Address tx_origin{};
  Address block_coinbase{};
  int64_t block_number = 0;
  int64_t block_timestamp = 0;
  int64_t block_gas_limit = 0;
  Hash256 block_prev_randao{}; ///< difficulty before Paris
  Hash256 chain_id{};
  Hash256 block_base_fee{};
  Hash256 blob_base_fee{};
  const Hash256* blob_hashes = nullptr;
  size_t blob_hashes_count = 0;
  const TxInitcode* initcodes = nullptr;
  size_t initcodes_count = 0;
};

/// The host's own; handed back to each of its functions.
struct HostContext;

/// What a VM may ask of the host, and do to the state. All functions are there.
struct HostInterface {
  bool (*account_exists)(HostContext*, const Address*); ///< since EIP-161: exists and is not empty
  Hash256 (*get_storage)(HostContext*, const Address*, const Hash256* key);
  StorageStatus (*set_storage)(HostContext*, const Address*, const Hash256* key,
                               const Hash256* value);
  Hash256 (*get_balance)(HostContext*, const Address*);
  size_t (*get_code_size)(HostContext*, const Address*);
  Hash256 (*get_code_hash)(HostContext*, const Address*);
  /// Gives how many bytes it wrote.
  size_t (*copy_code)(HostContext*, const Address*, size_t code_offset, uint8_t* buffer,
                      size_t buffer_size);
  /// True if the account was not registered for destruction before.
  bool (*selfdestruct)(HostContext*, const Address*, const Address* beneficiary);
  Result (*call)(HostContext*, const Message*);
  TxContext (*get_tx_context)(HostContext*);
  Hash256 (*get_block_hash)(HostContext*, int64_t number);
  void (*emit_log)(HostContext*, const Address*, const uint8_t* data, size_t data_size,
                   const Hash256 topics[], size_t topics_count);
  /// These two make what they are asked about warm, and tell what it was before.
  AccessStatus (*access_account)(HostContext*, const Address*);
  AccessStatus (*access_storage)(HostContext*, const Address*, const Hash256* key);
  Hash256 (*get_transient_storage)(HostContext*, const Address*, const Hash256* key);
  void (*set_transient_storage)(HostContext*, const Address*, const Hash256* key,
                                const Hash256* value);
};

enum class SetOptionResult : int32_t { success = 0, invalid_name = 1, invalid_value = 2 };

namespace capability {
inline constexpr uint32_t evm1 = 1; ///< executes the bytecode of the EVM
}

/// What a VM is to a host.
struct Vm {
  const int32_t abi_version;
  const char* name;
  const char* version;
  void (*destroy)(Vm*);
  Result (*execute)(Vm*, const HostInterface*, HostContext*, Revision, const Message*,
                    const uint8_t* code, size_t code_size);
  uint32_t (*get_capabilities)(Vm*);
  SetOptionResult (*set_option)(Vm*, const char* name, const char* value);
};

// The sizes of the ABI on 64-bit machines.
static_assert(sizeof(Message) == 184 && offsetof(Message, recipient) == 24);
static_assert(sizeof(Result) == 72 && offsetof(Result, create_address) == 48);
static_assert(sizeof(TxContext) == 256 && offsetof(TxContext, block_number) == 72);
static_assert(sizeof(HostInterface) == 16 * sizeof(void*));
static_assert(sizeof(Vm) == 56 && offsetof(Vm, execute) == 32);
static_assert(std::is_trivially_copyable_v<Message> && std::is_trivially_copyable_v<Result> &&
              std::is_trivially_copyable_v<TxContext>);

} // namespace runahead::evmc
