#include "io/event_loop.hpp"
#include "rpc/pinned_block.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

namespace runahead {
namespace {

/// Tells on which thread it ended.
class TellingSource final : public StateSource {
public:
  explicit TellingSource(std::optional<std::thread::id>& ended_on) : ended_on_(ended_on) {}
  ~TellingSource() override { ended_on_ = std::this_thread::get_id(); }

  std::string_view name() const override { return "telling"; }
  bool complete() const override { return true; }
  size_t batch_limit() const override { return 1; }
  void read(std::vector<StateKey>, AnswerSink) override {}

private:
  std::optional<std::thread::id>& ended_on_;
};

class PinnedBlockTest : public testing::Test {
protected:
  PinRef pin(std::optional<std::thread::id>& ended_on) {
    return maker->make({}, std::make_shared<TellingSource>(ended_on));
  }
  /// Lets go of it on another thread.
  static void drop_elsewhere(PinRef pin) {
    std::thread([dropped = std::move(pin)]() mutable { dropped.reset(); }).join();
  }

  EventLoop loop;
  std::optional<PinMaker> maker{std::in_place, loop};
  std::optional<std::thread::id> first, second;
};

TEST_F(PinnedBlockTest, EndsOnItsLoopWhereverItIsLetGoOf) {
  drop_elsewhere(pin(first));
  drop_elsewhere(pin(second));
  EXPECT_FALSE(first);
  loop.run_until([&] { return first && second; });
  EXPECT_EQ(first, std::this_thread::get_id());
  EXPECT_EQ(second, std::this_thread::get_id());
  first.reset();
  drop_elsewhere(pin(first)); // the loop is told again
  loop.run_until([&] { return first.has_value(); });
  EXPECT_EQ(first, std::this_thread::get_id());
}

TEST_F(PinnedBlockTest, EndsWithItsMakerAtTheLatest) {
  drop_elsewhere(pin(first));
  PinRef held = pin(second);
  maker.reset();
  EXPECT_EQ(first, std::this_thread::get_id());
  EXPECT_FALSE(second);
  held.reset();
  EXPECT_TRUE(second);
}

} // namespace
} // namespace runahead
