#include "app/upstream_options.hpp"

#include <gtest/gtest.h>

namespace runahead {
namespace {

TEST(UpstreamOptions, HeadersAreNamesAndValues) {
  UpstreamOptions options;
  options.headers = {"Authorization: Bearer a:b", "x-key:1 "};
  const auto plan = plan_upstreams(options);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->headers, (HttpHeaders{{"Authorization", "Bearer a:b"}, {"x-key", "1"}}));
}

TEST(UpstreamOptions, BadHeadersAreRefusedWithoutShowingThem) {
  for (const char* text : {"geheim", ": geheim", "a b: geheim", "geheim:", "a: geheim\r\nb: c"}) {
    UpstreamOptions options;
    options.headers = {text};
    const auto plan = plan_upstreams(options);
    ASSERT_FALSE(plan) << text;
    EXPECT_TRUE(plan.error().message.starts_with("--upstream-header: ")) << plan.error().message;
    EXPECT_EQ(plan.error().message.find("geheim"), std::string::npos);
  }
}

TEST(UpstreamOptions, AQuorumTakesAsManyNodes) {
  UpstreamOptions options;
  options.urls = {"http://a", "http://b"};
  options.quorum = 2;
  EXPECT_TRUE(plan_upstreams(options));
  options.quorum = 3;
  const auto plan = plan_upstreams(options);
  ASSERT_FALSE(plan);
  EXPECT_TRUE(plan.error().message.starts_with("--quorum 3: there are only 2 nodes"));
}

TEST(UpstreamOptions, TheAgeOfHeadsIsADuration) {
  UpstreamOptions options;
  options.head_age = "30s";
  EXPECT_EQ(plan_upstreams(options)->head_age, std::chrono::seconds(30));
  options.head_age = "long";
  EXPECT_TRUE(plan_upstreams(options).error().message.starts_with("--head-age: "));
}

} // namespace
} // namespace runahead
