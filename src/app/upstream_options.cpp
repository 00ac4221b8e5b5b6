#include "app/upstream_options.hpp"

#include "io/duration.hpp"

#include <CLI/CLI.hpp>

#include <utility>

namespace runahead {
namespace {

/// `NAME: VALUE` (RFC 9110, 5). Errors show no part of the text: it may be secret.
Result<std::pair<std::string, std::string>> parse_header(const std::string& text) {
  constexpr std::string_view name_characters =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const size_t colon = text.find(':');
  if (colon == text.npos || colon == 0) return fail("expected NAME: VALUE");
  std::string name = text.substr(0, colon);
  if (name.find_first_not_of(name_characters) != name.npos)
    return fail("the name has characters that no header's name has");
  const size_t begin = text.find_first_not_of(" \t", colon + 1);
  if (begin == text.npos) return fail("the value is missing");
  std::string value = text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
  for (const char c : value)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      return fail("the value has control characters");
  return std::pair{std::move(name), std::move(value)};
}

} // namespace

void add_upstream_options(CLI::App& command, UpstreamOptions& options) {
  command
      .add_option("--upstream,--rpc-url", options.urls,
                  "State from a node: its JSON-RPC URL. Several times: from several nodes")
      ->expected(1)
      ->take_all();
  command
      .add_option("--upstream-header", options.headers,
                  "Sent to nodes with every request, as in 'Authorization: Bearer …'")
      ->envname("RUNAHEAD_UPSTREAM_HEADER")
      ->expected(1)
      ->take_all();
  command.add_flag("--verify", options.verify,
                   "Believe nodes only what they prove against the block's hash");
  command.add_option("--quorum", options.quorum, "So many nodes have to say the same")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--upstream-rate", options.budget.requests_per_second,
                  "Requests a second to each node, at most")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--upstream-credits", options.budget.credits_per_second,
                  "Credits a second of each node, at most: see docs/sources.md")
      ->check(CLI::PositiveNumber);
  command.add_option(
      "--head-age", options.head_age,
      "Refuse calls at the newest block if nodes told of none for longer, as in 30s");
}

Result<UpstreamPlan> plan_upstreams(UpstreamOptions options) {
  UpstreamPlan plan{std::move(options.urls), {}, options.verify, options.quorum,
                    options.budget,          {}};
  for (const std::string& text : options.headers) {
    auto header = parse_header(text);
    if (!header) return fail_at("--upstream-header", header.error());
    plan.headers.push_back(std::move(*header));
  }
  const size_t nodes = std::max<size_t>(plan.urls.size(), 1);
  if (plan.quorum > nodes)
    return fail("--quorum " + std::to_string(plan.quorum) + ": there are only " +
                std::to_string(nodes) + " nodes; --upstream names each");
  if (!options.head_age.empty()) {
    const auto age = parse_duration(options.head_age);
    if (!age) return fail_at("--head-age", age.error());
    plan.head_age = *age;
  }
  return plan;
}

} // namespace runahead
