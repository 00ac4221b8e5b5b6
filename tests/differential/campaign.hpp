// Random programs by the million: seed after seed, on several threads, until one of them shows a
// disagreement.
#pragma once

#include "differential/differential.hpp"

#include <functional>
#include <span>

namespace runahead::differential {

struct Campaign {
  uint64_t first_seed = 0; ///< the programs are those of this seed and the ones behind it
  uint64_t programs = 0;
  unsigned threads = 1;
  unsigned gas_limits = 3; ///< at which each program is compared; the first is the generator's
  std::span<const Bytes> real_codes = {}; ///< of real contracts, to be damaged
};

struct CampaignResult {
  uint64_t programs = 0;   ///< that agree
  uint64_t gas_limits = 0; ///< at which they were compared
  double seconds = 0;
  /// The one with the lowest seed, as it was found.
  std::optional<Disagreement> found = {};
  uint64_t seed = 0; ///< of `found`
};

/// `progress` is told from time to time, on the calling thread, what is done so far.
CampaignResult run_campaign(const Campaign& campaign,
                            const std::function<void(const CampaignResult&)>& progress);

/// One line: how many programs agree, at how many gas limits, in what time.
std::string to_text(const CampaignResult& result);

/// What a person needs to go on: the seed, and the disagreement made small. REQUIRES: `found`.
std::string explain(const CampaignResult& result);

} // namespace runahead::differential
