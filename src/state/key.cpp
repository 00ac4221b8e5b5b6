#include "state/key.hpp"

#include "base/hex.hpp"

namespace runahead {

std::string_view name(StateKind kind) {
  switch (kind) {
  case StateKind::existence: return "existence";
  case StateKind::balance: return "balance";
  case StateKind::nonce: return "nonce";
  case StateKind::code_hash: return "code hash";
  case StateKind::code: return "code";
  case StateKind::has_storage: return "has-storage";
  case StateKind::storage: return "storage";
  case StateKind::block_hash: return "block hash";
  }
  return "?";
}

std::string to_string(const StateKey& key) {
  std::string text(name(key.kind));
  if (key.kind == StateKind::block_hash) return text + " of " + to_decimal(key.slot);
  if (key.kind == StateKind::storage) text += " " + to_hex(key.slot);
  return text + " of " + to_hex(key.address);
}

} // namespace runahead
