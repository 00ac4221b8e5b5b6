#include "sources/rpc_pace.hpp"

#include <algorithm>

namespace runahead {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr Duration first_wait = std::chrono::milliseconds(100); ///< doubled with every refusal
constexpr unsigned most_doublings = 6;

Duration in_seconds(double seconds) {
  return std::chrono::duration_cast<Duration>(Seconds(seconds));
}

} // namespace

/// As much as a second gives may be saved up.
double RpcPace::Bucket::missing_at(Duration now, double rate) const {
  return std::max(missing - rate * Seconds(now - filled_at).count(), -rate);
}

Duration RpcPace::wait(Duration now, uint64_t credits) const {
  Duration out = std::max(paused_until_ - now, Duration{0});
  const auto hold = [&](const Bucket& bucket, double rate, double count) {
    if (rate <= 0) return;
    const double missing = bucket.missing_at(now, rate) + count;
    if (missing > 0) out = std::max(out, in_seconds(missing / rate));
  };
  hold(requests_, budget_.requests_per_second, 1);
  hold(credits_, budget_.credits_per_second, static_cast<double>(credits));
  return out;
}

void RpcPace::take(Duration now, uint64_t credits) {
  const auto take_from = [&](Bucket& bucket, double rate, double count) {
    if (rate > 0) bucket = {bucket.missing_at(now, rate) + count, now};
  };
  take_from(requests_, budget_.requests_per_second, 1);
  take_from(credits_, budget_.credits_per_second, static_cast<double>(credits));
}

Duration RpcPace::refused(Duration now, std::optional<Duration> retry_after) {
  const Duration pause =
      retry_after ? *retry_after : first_wait * (1 << std::min(refusals_++, most_doublings));
  paused_until_ = std::max(paused_until_, now + pause);
  return pause;
}

} // namespace runahead
