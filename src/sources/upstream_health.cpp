#include "sources/upstream_health.hpp"

#include <algorithm>
#include <vector>

namespace runahead {

namespace {

constexpr Duration first_rest = std::chrono::milliseconds(100),
                   long_rest = std::chrono::seconds(30);
constexpr unsigned most_doublings = 8;
/// So many of a hundred reads are asked elsewhere too. Further ones would cost more than they save.
constexpr double straggler_share = 0.04;
constexpr uint64_t answers_between_looks = 16;

} // namespace

void UpstreamHealth::answered(Duration latency) {
  failures_ = 0;
  const double us = std::chrono::duration<double, std::micro>(latency).count();
  constexpr double share_of_new = 0.05;
  mean_us_ = answers_ == 0 ? us : mean_us_ + share_of_new * (us - mean_us_);
  latencies_[answers_++ % window] = latency;
  if (answers_ % answers_between_looks != 0) return;
  const size_t known = std::min<uint64_t>(answers_, window);
  std::vector<Duration> sorted(latencies_.begin(),
                               latencies_.begin() + static_cast<ptrdiff_t>(known));
  const auto rank = sorted.begin() +
                    static_cast<ptrdiff_t>(static_cast<double>(known - 1) * (1 - straggler_share));
  std::ranges::nth_element(sorted, rank);
  straggles_after_ = *rank;
}

void UpstreamHealth::failed(Duration now) {
  rests_until_ =
      now + std::min(first_rest * (1 << std::min(failures_++, most_doublings)), long_rest);
}

void UpstreamHealth::lied(Duration now) { rests_until_ = now + long_rest; }

double UpstreamHealth::weight() const {
  if (answers_ == 0 && stragglers_ == 0) return 0;
  constexpr double unknown_us = 1e6;
  const double us = std::max(answers_ == 0 ? unknown_us : mean_us_, 1.0) * (1 + stragglers_);
  return 1 / (us * us);
}

} // namespace runahead
