/* The C API of runahead: calls on the state of a block that the user's own source reads. It is the
 * C++ API (runahead/runahead.hpp) without tracers and overrides.
 *
 * Objects: what a `..._new` or `..._call` gave is freed by the `..._free` of its name, which takes
 * null. Pointers inside of what is passed in need to live for the call only, but for a source's
 * `context`, which must outlive the session. Threads: an evm may be used from any number of
 * threads, a session by one at a time, a reply by one at a time. Nothing here throws; running out
 * of memory ends the process. */
#ifndef RUNAHEAD_RUNAHEAD_H
#define RUNAHEAD_RUNAHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Grows with every change that breaks users. */
#define RUNAHEAD_API_VERSION 1
/* The version that the library was built with; compare it with the macro. */
int runahead_api_version(void);

/* In the order of hex text. */
typedef struct {
  uint8_t bytes[20];
} runahead_address;

/* A number or a hash, the most significant byte first. */
typedef struct {
  uint8_t bytes[32];
} runahead_word;

typedef struct runahead_evm runahead_evm;
typedef struct runahead_session runahead_session;
typedef struct runahead_reply runahead_reply;

typedef enum { RUNAHEAD_THREADED, RUNAHEAD_STEPPING } runahead_engine;
typedef enum {
  RUNAHEAD_SPECULATION_OFF,
  RUNAHEAD_SPECULATION_LEAN,
  RUNAHEAD_SPECULATION_FULL
} runahead_speculation;

/* Engine, options, and caches that get better with use. `time_limit_ns` bounds each
 * `runahead_session_call`; 0: no limit. */
runahead_evm* runahead_evm_new(runahead_engine engine, runahead_speculation speculation,
                               uint64_t time_limit_ns);
/* Sessions that use it keep what they need. */
void runahead_evm_free(runahead_evm* evm);

/* ---- state ---- */

typedef enum {
  RUNAHEAD_KEY_ACCOUNT,   /* answered by runahead_reply_account */
  RUNAHEAD_KEY_CODE,      /* by runahead_reply_code */
  RUNAHEAD_KEY_STORAGE,   /* of `slot`, by runahead_reply_storage */
  RUNAHEAD_KEY_BLOCK_HASH /* of block number `slot`, by runahead_reply_block_hash */
} runahead_key_kind;

typedef struct {
  runahead_key_kind kind;
  runahead_address address;
  runahead_word slot;
} runahead_key;

typedef struct {
  bool exists; /* false: nothing else counts */
  bool has_code;
  bool has_storage; /* some slot is not zero (EIP-7610) */
  uint64_t nonce;
  runahead_word balance;   /* wei */
  runahead_word code_hash; /* Keccak-256 of the code, if `has_code` */
} runahead_account;

/* The state of one block. */
typedef struct {
  void* context;
  const char* name;   /* for messages; copied */
  size_t batch_limit; /* the most keys of one read; 0: 1024 */
  /* Starts reading; called on the thread that is in runahead_session_call. `keys` live until it
   * returns. Answers may come later and from another thread. `reply` is the source's own until it
   * gives it back by runahead_reply_end, exactly once; keys not answered by then have failed. */
  void (*read)(void* context, const runahead_key* keys, size_t count, runahead_reply* reply);
} runahead_source;

void runahead_reply_account(runahead_reply* reply, const runahead_address* address,
                            const runahead_account* account);
void runahead_reply_code(runahead_reply* reply, const runahead_address* address,
                         const uint8_t* code, size_t size);
void runahead_reply_storage(runahead_reply* reply, const runahead_address* address,
                            const runahead_word* slot, const runahead_word* value);
void runahead_reply_block_hash(runahead_reply* reply, uint64_t number, const runahead_word* hash);
/* Why a key cannot be read. `transient`: asking again may succeed, and is done, bounded. */
void runahead_reply_fail(runahead_reply* reply, const runahead_key* key, const char* cause,
                         bool transient);
void runahead_reply_end(runahead_reply* reply);

/* ---- sessions ---- */

typedef enum {
  RUNAHEAD_FRONTIER,
  RUNAHEAD_HOMESTEAD,
  RUNAHEAD_TANGERINE_WHISTLE,
  RUNAHEAD_SPURIOUS_DRAGON,
  RUNAHEAD_BYZANTIUM,
  RUNAHEAD_CONSTANTINOPLE,
  RUNAHEAD_PETERSBURG,
  RUNAHEAD_ISTANBUL,
  RUNAHEAD_BERLIN,
  RUNAHEAD_LONDON,
  RUNAHEAD_PARIS,
  RUNAHEAD_SHANGHAI,
  RUNAHEAD_CANCUN,
  RUNAHEAD_PRAGUE,
  RUNAHEAD_OSAKA
} runahead_fork;

typedef struct {
  uint64_t number;
  uint64_t timestamp; /* seconds */
  uint64_t gas_limit;
  runahead_address coinbase;
  runahead_word prev_randao; /* the difficulty before Paris */
  runahead_word base_fee;
  runahead_word blob_base_fee;
} runahead_block;

/* What the built-in schedule says of a block; false for a chain that it does not know. */
bool runahead_fork_at(uint64_t chain_id, uint64_t number, uint64_t timestamp, runahead_fork* fork);

/* Remembers every value it read. `source` is copied. */
runahead_session* runahead_session_new(const runahead_evm* evm, const runahead_source* source,
                                       uint64_t chain_id, runahead_fork fork,
                                       const runahead_block* block);
void runahead_session_free(runahead_session* session);

typedef struct {
  runahead_address from;
  const runahead_address* to; /* null: creates a contract */
  const uint8_t* data;        /* may be null if `data_size` is 0 */
  size_t data_size;
  runahead_word value; /* wei */
  uint64_t gas;
  runahead_word max_fee; /* wei per gas; before London the gas price */
  runahead_word max_priority_fee;
} runahead_call;

/* How a call ended. They are never mixed. */
typedef enum {
  RUNAHEAD_EXECUTED,          /* the EVM ran: `status`, `gas_used`, `output`, logs, `created` */
  RUNAHEAD_INVALID,           /* none that could be executed: `message` */
  RUNAHEAD_STATE_UNAVAILABLE, /* a value could not be read: `message`, `key`, `transient` */
  RUNAHEAD_TIMED_OUT,
  RUNAHEAD_BEYOND_LIMITS /* asks MODEXP, before Osaka, for more than the library computes */
} runahead_ending;

typedef enum {
  RUNAHEAD_SUCCESS,
  RUNAHEAD_REVERT,
  RUNAHEAD_OUT_OF_GAS,
  RUNAHEAD_UNDEFINED_OPCODE,
  RUNAHEAD_INVALID_OPCODE,
  RUNAHEAD_STACK_UNDERFLOW,
  RUNAHEAD_STACK_OVERFLOW,
  RUNAHEAD_BAD_JUMP,
  RUNAHEAD_STATIC_VIOLATION,
  RUNAHEAD_RETURN_DATA_OUT_OF_BOUNDS,
  RUNAHEAD_ADDRESS_COLLISION,
  RUNAHEAD_CODE_TOO_LARGE,
  RUNAHEAD_CODE_STARTS_WITH_EF,
  RUNAHEAD_CODE_DEPOSIT_OUT_OF_GAS,
  RUNAHEAD_INITCODE_TOO_LARGE,
  RUNAHEAD_PRECOMPILE_FAILURE
} runahead_status;

typedef struct {
  runahead_address address;
  const runahead_word* topics;
  size_t topic_count; /* 0 to 4 */
  const uint8_t* data;
  size_t data_size;
} runahead_log;

typedef struct {
  runahead_ending ending;
  runahead_status status;
  uint64_t gas_used;
  const uint8_t* output;
  size_t output_size;
  const runahead_log* logs;
  size_t log_count;
  const runahead_address* created; /* null if none was */
  const char* message;             /* empty where there is nothing to say */
  runahead_key key;
  bool transient;
  uint64_t rounds;   /* longest chain of reads that waited for one another */
  uint64_t requests; /* calls of the source's `read` */
  uint64_t reads;    /* values asked for */
} runahead_report;

/* Runs the calls, each on the block's state, and waits for their ends; while one waits for state
 * the others run. Writes `count` reports, in the order of `calls`; each is to be freed. */
void runahead_session_call(runahead_session* session, const runahead_call* calls, size_t count,
                           runahead_report** reports);
void runahead_report_free(runahead_report* report);

#ifdef __cplusplus
}
#endif

#endif
