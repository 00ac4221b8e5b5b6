/* Embeds runahead in C: a call over state that a function of one's own answers. */
#include <inttypes.h>
#include <runahead/runahead.h>
#include <stdio.h>

/* Returns slot 0 + slot 1 + slot 2; its hash is Keccak-256. */
static const uint8_t code[] = {0x60, 0,    0x54, 0x60, 1,    0x54, 0x60, 2, 0x54, 0x01,
                               0x01, 0x60, 0,    0x52, 0x60, 32,   0x60, 0, 0xf3};
static const runahead_word code_hash = {{0xe4, 0xd8, 0xfc, 0xad, 0x7d, 0xd0, 0x47, 0x3d,
                                         0x13, 0x4d, 0x4b, 0xd2, 0x9f, 0xb1, 0xa2, 0xe3,
                                         0x48, 0x0c, 0x2b, 0x7c, 0xf9, 0x26, 0x5b, 0x15,
                                         0xba, 0xb5, 0x49, 0xf9, 0x2f, 0xa9, 0x1f, 0xed}};
static const runahead_address contract = {{[19] = 0xaa}};

/* The state: one contract, in which slot n holds n + 13. A real source would ask its store for all
 * keys at once and could answer from another thread. */
static void read_state(void* context, const runahead_key* keys, size_t count,
                       runahead_reply* reply) {
  (void)context;
  for (const runahead_key* key = keys; key != keys + count; ++key) {
    const bool known = key->address.bytes[19] == contract.bytes[19];
    const runahead_account account = {.exists = known, .has_code = known, .code_hash = code_hash};
    const runahead_word value = {{[31] = (uint8_t)(key->slot.bytes[31] + 13)}};
    switch (key->kind) {
    case RUNAHEAD_KEY_ACCOUNT: runahead_reply_account(reply, &key->address, &account); break;
    case RUNAHEAD_KEY_CODE: runahead_reply_code(reply, &key->address, code, sizeof code); break;
    case RUNAHEAD_KEY_STORAGE:
      runahead_reply_storage(reply, &key->address, &key->slot, &value);
      break;
    case RUNAHEAD_KEY_BLOCK_HASH: runahead_reply_fail(reply, key, "no blocks here", false); break;
    }
  }
  runahead_reply_end(reply);
}

int main(void) {
  runahead_evm* evm = runahead_evm_new(RUNAHEAD_THREADED, RUNAHEAD_SPECULATION_FULL, 0);
  const runahead_source source = {.name = "sample", .read = read_state};
  const runahead_block block = {.number = 25000000, .gas_limit = 30000000};
  runahead_session* session = runahead_session_new(evm, &source, 1, RUNAHEAD_OSAKA, &block);

  const runahead_call call = {.to = &contract, .gas = 100000};
  runahead_report* report = NULL;
  runahead_session_call(session, &call, 1, &report);
  const bool ok = report->ending == RUNAHEAD_EXECUTED && report->status == RUNAHEAD_SUCCESS;
  if (ok)
    printf("%u, %" PRIu64 " gas\n", report->output[31], report->gas_used);
  else
    printf("failed: %s\n", report->message);

  runahead_report_free(report);
  runahead_session_free(session);
  runahead_evm_free(evm);
  return ok ? 0 : 1;
}
