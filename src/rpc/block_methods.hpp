// Handlers of the methods that tell of blocks, transactions and receipts. Each belongs to one row
// of the table of methods, which names its parameters; all need a chain whose blocks are held.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void block_by_number(MethodCall call);
void block_by_hash(MethodCall call);
void transaction_count_by_number(MethodCall call);
void transaction_count_by_hash(MethodCall call);
void transaction_by_hash(MethodCall call);
void transaction_by_number_and_index(MethodCall call);
void transaction_by_hash_and_index(MethodCall call);
void transaction_receipt(MethodCall call);
void block_receipts(MethodCall call);
void raw_block(MethodCall call);
void raw_header(MethodCall call);
void raw_receipts(MethodCall call);
void raw_transaction(MethodCall call);

} // namespace runahead
