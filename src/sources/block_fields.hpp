// The `block` object of account files, databases and recordings. For sources of this folder only.
#pragma once

#include "io/json_writer.hpp"
#include "sources/json_fields.hpp"
#include "sources/state_about.hpp"

namespace runahead {

/// Reads `{number, timestamp, gasLimit, baseFeePerGas, prevRandao, coinbase, excessBlobGas}`, of
/// which the first three must be there, into `about.block`. Unknown fields are refused; so that
/// errors name the place, `block.` is put in front.
Result<void> read_block(const Json& block, StateAbout& about);
void write_block(JsonWriter& out, const StateAbout& about);

/// Sets the block's blob base fee, where fork and blob schedule are known.
void derive_blob_base_fee(StateAbout& about);

} // namespace runahead
