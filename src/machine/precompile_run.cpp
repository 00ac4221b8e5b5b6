#include "machine/precompile_run.hpp"

#include <cassert>
#include <utility>

namespace runahead {

PrecompileRun::PrecompileRun(const Address& address, BytesView input, int64_t gas, Fork fork,
                             PrecompileCache& cache)
    : precompile_(find_precompile(address, fork)), input_(input), cache_(nullptr), gas_left_(gas) {
  assert(precompile_ != nullptr && gas >= 0);
  const uint64_t cost = precompile_->gas(input, fork);
  if (cost > static_cast<uint64_t>(gas)) {
    const bool refused = cost == Precompile::refused;
    end(refused ? PrecompileStatus::failure : PrecompileStatus::out_of_gas);
    return;
  }
  gas_left_ -= static_cast<int64_t>(cost);
  const bool cached = PrecompileCache::is_worthwhile(cost, input.size());
  if (auto output = cached ? cache.find(precompile_->id, input) : std::nullopt) {
    outcome_.output = std::move(*output);
    end(PrecompileStatus::success);
    return;
  }
  if (cached) cache_ = &cache;
  parts_ = precompile_parts(precompile_->id, input);
}

void PrecompileRun::end(PrecompileStatus status) {
  ended_ = true;
  outcome_.status = status;
  if (status == PrecompileStatus::success) outcome_.gas_left = gas_left_;
}

bool PrecompileRun::go_on() {
  if (ended_) return true;
  const std::optional<PrecompileStatus> status = parts_ != nullptr
                                                     ? parts_->go_on(outcome_.output)
                                                     : precompile_->run(input_, outcome_.output);
  if (!status) return false;
  end(*status);
  if (cache_ != nullptr && *status == PrecompileStatus::success)
    cache_->remember(precompile_->id, input_, outcome_.output);
  return true;
}

} // namespace runahead
