// State with changes on top of it that have not been made to it: a block's while its transactions
// run one after another.
#pragma once

#include "state/journal.hpp"
#include "state/view.hpp"

#include <span>
#include <unordered_map>
#include <vector>

namespace runahead {

/// Values that the changes do not tell come from the view below; where those have not arrived,
/// `find` gives null for the same key. A value that was found stays where it is, but becomes the
/// new one when a change to it is applied.
class ChangedView final : public StateView {
public:
  /// `base` must outlive it.
  explicit ChangedView(const StateView& base) : base_(&base) {}

  const StateValue* find(const StateKey& key) const override;

  /// Puts the changes of a finished transaction over those before.
  void apply(std::span<const AccountChange> changes);

  /// Everything that changed since the base, one entry an account: what several transactions'
  /// changes come to. An account that was deleted and made again has `storage_cleared` and all of
  /// balance, nonce and code.
  std::vector<AccountChange> changes() const;

private:
  struct Layer {
    bool deleted = false;
    bool storage_cleared = false; ///< slots that are not listed are zero
    bool balance_known = false, nonce_known = false;
    StateValue balance, nonce, code, code_hash; ///< `code.code` may be null
    std::unordered_map<uint256, StateValue> slots;
  };

  void apply(const AccountChange& change);
  const StateValue* existence_of(const Address& address, const Layer& layer) const;
  const StateValue* storage_of(const Layer& layer, const StateKey& key) const;
  const StateValue* has_storage_of(const Address& address, const Layer& layer) const;

  const StateView* base_;
  std::unordered_map<Address, Layer> layers_;
};

} // namespace runahead
