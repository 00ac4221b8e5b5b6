#include "differential/campaign.hpp"

#include "differential/program_generator.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace runahead::differential {
namespace {

using Clock = std::chrono::steady_clock;

/// Seeds that a thread takes at once.
constexpr uint64_t chunk = 64;

/// From tiny ones, which end within each block, to one that nothing exceeds; but no more than some
/// thousand of them.
int64_t random_slice(Random& random, int64_t gas) {
  const uint64_t bits = random.between(1, 22);
  return std::max(static_cast<int64_t>(random.between(1, uint64_t{1} << bits)), gas / 1000);
}

/// The case of a seed, at its own and at further gas limits.
std::optional<Disagreement> run_seed(Comparison& comparison, uint64_t seed,
                                     const Campaign& campaign, uint64_t& runs) {
  Random random(seed);
  const MachineCase test = random_case(random, campaign.real_codes);
  const Way way{random_slice(random, test.gas), random.next() | 1};
  const auto speculation = static_cast<Speculation>(random.below(3));
  return comparison.compare_around(test, way, speculation, random, campaign.gas_limits - 1, runs);
}

class Workers {
public:
  explicit Workers(const Campaign& campaign) : campaign_(campaign) {
    for (unsigned i = 0; i < campaign.threads; ++i) threads_.emplace_back([this] { work(); });
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    for (std::thread& thread : threads_) thread.join();
  }

  /// True once all threads ended.
  bool wait_for(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return ended_.wait_for(lock, time, [&] { return running_ == 0; });
  }
  CampaignResult result() {
    const std::lock_guard lock(mutex_);
    CampaignResult result = result_;
    result.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    return result;
  }

private:
  void work() {
    Comparison comparison;
    for (;;) {
      const uint64_t from = next_.fetch_add(chunk);
      if (from >= campaign_.programs) break;
      run(comparison, from, std::min(from + chunk, campaign_.programs));
    }
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) ended_.notify_all();
  }

  void run(Comparison& comparison, uint64_t from, uint64_t to) {
    uint64_t runs = 0, i = from;
    std::optional<Disagreement> found;
    for (; i < to && !found; ++i)
      found = run_seed(comparison, campaign_.first_seed + i, campaign_, runs);
    const std::lock_guard lock(mutex_);
    result_.programs += i - from - (found ? 1 : 0);
    result_.gas_limits += runs;
    if (!found) return;
    next_ = campaign_.programs; // chunks that are under way may still hold a lower seed
    const uint64_t seed = campaign_.first_seed + i - 1;
    if (result_.found && result_.seed <= seed) return;
    result_.found = std::move(found);
    result_.seed = seed;
  }

  const Campaign& campaign_;
  const Clock::time_point start_ = Clock::now();
  std::atomic<uint64_t> next_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  unsigned running_ = campaign_.threads; ///< guarded by mutex_
  CampaignResult result_;                ///< guarded by mutex_
  std::vector<std::thread> threads_;
};

} // namespace

CampaignResult run_campaign(const Campaign& campaign,
                            const std::function<void(const CampaignResult&)>& progress) {
  Workers workers(campaign);
  while (!workers.wait_for(std::chrono::seconds(10))) progress(workers.result());
  return workers.result();
}

std::string to_text(const CampaignResult& result) {
  std::array<char, 160> line;
  std::snprintf(line.data(), line.size(),
                "%lu programs agree at %lu gas limits, %.1f s, %.0f programs a second",
                result.programs, result.gas_limits, result.seconds,
                static_cast<double>(result.programs) / result.seconds);
  return line.data();
}

std::string explain(const CampaignResult& result) {
  return "seed " + std::to_string(result.seed) + '\n' + to_text(Comparison().shrink(*result.found));
}

} // namespace runahead::differential
