// Handlers of the methods that read state; for any chain, but for proofs, which need one whose
// state is all held here.
#pragma once

#include "rpc/method_call.hpp"

namespace runahead {

void get_balance(MethodCall call);
void get_code(MethodCall call);
void get_transaction_count(MethodCall call);
void get_storage_at(MethodCall call);
void get_storage_values(MethodCall call);
void get_proof(MethodCall call);

} // namespace runahead
