// Everything a frame runs in: the state through the journal, the block, the transaction, the rules.
#pragma once

#include "machine/caches.hpp"
#include "machine/precompiles.hpp"
#include "spec/block_env.hpp"
#include "spec/gas.hpp"
#include "state/journal.hpp"

#include <optional>
#include <unordered_map>

namespace runahead {

/// What code can see of the transaction.
struct TxEnv {
  Address origin;
  uint256 gas_price; ///< effective, wei per gas
  std::vector<Hash256> blob_hashes;
};

struct World {
  World(const StateView& view, const BlockEnv& block_env, TxEnv tx_env, const Rules& chain_rules,
        Caches& shared_caches)
      : journal(view, chain_rules.fork), block(block_env), tx(std::move(tx_env)),
        rules(chain_rules), gas(gas_schedule(chain_rules.fork)), caches(shared_caches) {}

  Journal journal;
  BlockEnv block;
  TxEnv tx;
  Rules rules;
  const GasSchedule& gas;
  Caches& caches;
  /// Precompiles that a state override moved: new address to original one; the original address of
  /// a moved one maps to nothing.
  std::unordered_map<Address, std::optional<Address>> moved_precompiles;

  /// The precompile that a call to `address` runs, by its original address.
  std::optional<Address> precompile_at(const Address& address) const {
    if (!moved_precompiles.empty())
      if (const auto it = moved_precompiles.find(address); it != moved_precompiles.end())
        return it->second;
    if (is_precompile(address, rules.fork)) return address;
    return std::nullopt;
  }

  bool since(Fork fork) const { return rules.fork >= fork; }
  CodeRef prepare(const Bytecode& code) const {
    return caches.codes.get(code.hash, code.bytes, rules.fork);
  }
};

/// The account that `code` delegates to (EIP-7702: 0xef0100 and an address), if it does.
inline std::optional<Address> delegation_of(BytesView code) {
  if (code.size() != 23 || code[0] != 0xef || code[1] != 0x01 || code[2] != 0x00)
    return std::nullopt;
  Address target;
  std::memcpy(target.bytes.data(), code.data() + 3, 20);
  return target;
}

} // namespace runahead
