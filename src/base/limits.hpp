// Every bound of the program in one place. Each says what happens when it is met; a bound that a
// protocol rule sets names the rule, the others are ours and may be changed.
#pragma once

#include <cstddef>
#include <cstdint>

namespace runahead::limits {

inline constexpr size_t kib = 1024, mib = 1024 * kib, gib = 1024 * mib;

// --- the EVM ---

/// Words on a frame's stack (Yellow Paper 9.1). One more halts the frame exceptionally.
inline constexpr unsigned stack_height = 1024;

/// Nested calls and creates (Yellow Paper 8 and 9.1). A deeper one fails without running; the
/// caller keeps the gas it would have passed on.
inline constexpr unsigned call_depth = 1024;

/// Bytes of memory one frame may grow to. Gas stops a frame long before on any real block; with a
/// larger gas allowance, growing further halts the frame as out of gas.
inline constexpr uint64_t memory_bytes = 4 * gib - 32;

/// Bytes of one operand of MODEXP. A caller with gas enough for a longer one gets no result, which
/// becomes an explicit error. EIP-7823 bounds it to 1024 from Osaka on; before, a block's gas did.
inline constexpr size_t modexp_operand_bytes = 256 * mib;

// --- reading state ---

/// Keys in one read. More wants are split over several reads that start together.
inline constexpr size_t batch_keys = 1024;

/// How often one read is tried while its failures are transient. Then the key is unavailable, and
/// the call ends with that error.
inline constexpr unsigned read_attempts = 3;

/// Connections one network source opens to its upstream. Further reads wait in line for one.
inline constexpr unsigned source_connections = 16;

// --- tries ---

/// Bytes of a trie's key; recursion is as deep as a key has nibbles. Ethereum's own have up to 32.
/// A longer one must not be put.
inline constexpr size_t trie_key_bytes = 255;

/// One node of a Merkle proof. A proof with a larger one is invalid.
inline constexpr size_t proof_node_bytes = 16 * mib;

// --- scouts: met bounds cost speed, never an answer ---

/// Instructions one scout executes between two arrivals. Then it stops; the spine goes on alone
/// until the next arrival starts a new one.
inline constexpr unsigned scout_steps = 50'000;

/// Gas of a call's rehearsal on the values of an older block. Then it stops, and what it had read
/// until then is asked for.
inline constexpr int64_t rehearsal_gas = 10'000'000;

/// Branches with a guessed condition that one path may take against its prediction. Then the
/// predicted side is taken.
inline constexpr unsigned scout_flips = 4;

/// Rounds of a loop whose condition is a guess. Then the scout leaves the loop.
inline constexpr unsigned scout_loop_stays = 4;

/// The same where what was missing is promised instead of guessed. The promises of a round that is
/// really run are kept, and staying longer asks for more in vain: of mainnet's transactions 20%
/// instead of 14% with four rounds and reads preferred, for 2% fewer rounds of reads.
inline constexpr unsigned path_loop_stays = 1;

/// Checkpoints that one scout keeps to return to. A further one replaces the oldest.
inline constexpr unsigned scout_checkpoints = 6;

/// Assumptions of a path that are still unproved. Met: the oldest is forgotten; if it was wrong,
/// the spine finds out.
inline constexpr size_t scout_assumptions = 256;

/// Promises of a path. Met: the path ends there until some are kept.
inline constexpr size_t scout_promises = 65'536;

/// Bytes of memory and call data that a path copies of the spine's frames below the running one.
/// Met: where it would come to those further out, it ends.
inline constexpr size_t scout_copied_bytes = mib;

/// The largest memory offset or size a scout believes when it is a guess. Above it the path ends.
inline constexpr size_t scout_memory_guess_bytes = 256 * kib;

/// Instructions behind a call that are kept when the call is made up for. Fewer are run again.
inline constexpr unsigned worth_keeping_steps = 100;

/// Instructions of a call that is made up for, once its code is there. Met: what follows it is run
/// again as well.
inline constexpr unsigned made_up_steps = 10'000;

/// Instructions on the other side of an uncertain branch. Then the side scout ends.
inline constexpr unsigned side_scout_steps = 50;

/// Instructions explored to tell what a branch's side does. Met: the side counts as able to
/// succeed.
inline constexpr unsigned side_explore_steps = 1'000;

/// Instructions that a call's scouts explore in all. Met: branches are guessed without.
inline constexpr uint64_t scout_explored_steps = 1'000'000;

/// Steps of all scouts of one call. Met: the spine goes on alone.
inline constexpr uint64_t scout_steps_of_call = 5'000'000;

/// Reads that a call's scouts ask for in all. Met: only the spine still asks.
inline constexpr uint64_t scout_reads_of_call = 16'384;

/// Sides whose facts an evaluation remembers. Met: all are forgotten and found again when asked
/// for.
inline constexpr size_t side_facts = 4'096;

/// Branches of which a scout remembers how they went. Met: all are forgotten.
inline constexpr size_t branch_history = 16'384;

/// Levels of frames that a scout opens above the spine's. Met: deeper calls count as successes.
inline constexpr unsigned scout_depth = 64;

// --- what comes from outside ---

/// One request body. A longer one is refused with HTTP status 413 before it is read.
inline constexpr size_t request_bytes = 16 * mib;

/// Header of one HTTP message. A request with a longer one is refused with HTTP status 431; an
/// answer with a longer one counts as no answer.
inline constexpr size_t http_header_bytes = 16 * kib;

/// Clients connected to one server. A further one is answered with HTTP status 503.
inline constexpr unsigned server_connections = 1024;

/// Body of one upstream answer. A longer one is not read on: the read fails.
inline constexpr size_t response_bytes = 256 * mib;

/// Nesting of JSON in a request or a file. Deeper text is refused as invalid.
inline constexpr unsigned json_depth = 64;

/// Content of an account file or a recording, decompressed. A larger one is refused.
inline constexpr size_t alloc_file_bytes = 2 * gib;

/// One block in a chain file. A larger one is refused; since Osaka a block has at most 8 MiB
/// (EIP-7934).
inline constexpr size_t chain_block_bytes = 64 * mib;

/// Nesting of RLP lists. Deeper input is refused as invalid; Ethereum's own types need 5.
inline constexpr unsigned rlp_depth = 16;

// --- serving calls ---

/// Calls that run at once. Further ones wait in line, within their time limit.
inline constexpr size_t running_calls = 256;

/// Gas of one turn of a call; the others on its thread wait for it no longer than that. No
/// instruction takes more than some 20 ns for its gas, so a turn is 5 ms at most; a dear precompile
/// takes its turns by its parts (machine/precompile_parts.hpp).
inline constexpr int64_t slice_gas = 250'000;

/// Items of one JSON-RPC batch. A longer batch is refused as a whole.
inline constexpr size_t rpc_batch_items = 1'000;

/// Bytes of the answers to one JSON-RPC batch. Once they are met, the answers that come later are
/// errors that say so.
inline constexpr size_t rpc_answer_bytes = 64 * mib;

/// How close eth_estimateGas comes to the least gas that is enough, as a part of it; geth's.
inline constexpr double estimate_error_ratio = 0.015;

/// Blocks of one simulation, those that lie between the ones asked for included. More are refused;
/// geth's.
inline constexpr uint64_t simulated_blocks = 256;

/// Storage slots that one request may name. More are refused.
inline constexpr size_t rpc_storage_slots = 1'024;

/// Blocks that one eth_feeHistory tells of: the newest of those asked for.
inline constexpr uint64_t rpc_fee_blocks = 1'024;

/// Blocks that one turn of eth_getLogs looks at; other requests come between two turns.
inline constexpr uint64_t rpc_log_turn_blocks = 64;

/// Addresses, and topics at one place, that a filter of logs may name. More are refused.
inline constexpr size_t rpc_filter_items = 1'000;

/// Accounts and slots of a state that is made into a trie for proofs and roots. A larger state has
/// none: the request is refused.
inline constexpr uint64_t trie_values = 5'000'000;

/// Values kept of one block that stays the newest, and of an embedder's session. Met: the next call
/// starts with none.
inline constexpr uint64_t pinned_reads = 2'000'000;

/// Values of earlier blocks that a service predicts with. Above it those not used for the longest
/// time go.
inline constexpr size_t remembered_bytes = 128 * mib;

// --- importing chains ---

/// Records of accounts and slots that wait to be written to a database. Met: they are written,
/// together with those of whole blocks.
inline constexpr uint64_t import_records = 100'000;

/// Values of the newest state that are held between blocks. Met: all are forgotten and read again.
inline constexpr size_t import_values = 1'000'000;

// --- dependency blocks: met bounds make code slower, never different ---

/// Instructions of a dependency block that passes still look at. A longer one is taken as lifted.
inline constexpr size_t pass_instructions = 65'536;

/// Destinations in a row that a block takes along where nothing else stands before them. Met: it
/// falls into the next.
inline constexpr unsigned destinations_in_a_row = 16;

/// Opcodes of blocks merged into one. Met: it ends where the next of them begins.
inline constexpr unsigned merged_opcodes = 4'096;

/// Stacks of return addresses told apart at one block where jumps are resolved. Met: the next ones
/// count as unknown.
inline constexpr unsigned flow_contexts_per_block = 256;

/// Stacks looked at where jumps are resolved, per block of the code. Met: where the others lead
/// counts as unknown.
inline constexpr unsigned flow_steps_per_block = 8;

/// Bytes of the code for each of them that is not its block's first. Met: the same.
inline constexpr unsigned flow_bytes_per_step = 2;

/// Topmost items of a stack that are followed where jumps are resolved. Deeper ones are unknown.
inline constexpr size_t flow_stack_items = 64;

/// Rounds in search of reconvergence points. Met: none is known.
inline constexpr unsigned reconvergence_rounds = 32;

// --- caches ---

/// Analysed and translated code kept for later calls. Above it the least recently used goes; code
/// that a running call holds stays alive until the call ends.
inline constexpr size_t code_cache_bytes = 256 * mib;

/// Answers of precompiles kept for later calls. Above it the least recently used goes.
inline constexpr size_t precompile_cache_bytes = 16 * mib;

/// Frames, stacks and memories kept for later calls. Above it those of ended calls are freed.
inline constexpr size_t frame_pool_bytes = 16 * mib;

/// Of that, what one call may leave behind. Above it its deepest frames are freed.
inline constexpr size_t pooled_store_bytes = 512 * kib;

/// A frame's memory that is kept for the next frame. A larger one is freed.
inline constexpr size_t pooled_memory_bytes = 64 * kib;

} // namespace runahead::limits
