#include "sources/latency_model.hpp"

#include "base/hex.hpp"
#include "io/duration.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numbers>

namespace runahead {
namespace {

constexpr unsigned most_places = 1'000'000;

Result<double> parse_sigma(std::string_view text) {
  double value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size() || !(value >= 0 && value <= 5))
    return fail(quoted_start(text) + " is not a sigma between 0 and 5");
  return value;
}

Result<unsigned> parse_places(std::string_view text) {
  unsigned value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest != text.data() + text.size() || value == 0 ||
      value > most_places)
    return fail(quoted_start(text) + " is not a number of keys from 1 to 1000000");
  return value;
}

Result<void> read_duration(std::string_view text, Duration& into) {
  const auto duration = parse_duration(text);
  if (!duration) return std::unexpected(duration.error());
  into = *duration;
  return {};
}

/// `20ms,0.5`
Result<void> read_lognormal(std::string_view arguments, LatencyModel& model) {
  const size_t comma = arguments.find(',');
  if (comma == arguments.npos)
    return fail("lognormal: expected a median and a sigma, as in lognormal:20ms,0.5");
  const auto sigma = parse_sigma(arguments.substr(comma + 1));
  if (!sigma) return std::unexpected(sigma.error());
  model.sigma = *sigma;
  return read_duration(arguments.substr(0, comma), model.median);
}

/// `4,service:1ms`
Result<void> read_limit(std::string_view arguments, LatencyModel& model) {
  constexpr std::string_view separator = ",service:";
  const size_t at = arguments.find(separator);
  if (at == arguments.npos)
    return fail("limit: expected the time that serving a key takes, as in limit:4,service:1ms");
  const auto places = parse_places(arguments.substr(0, at));
  if (!places) return std::unexpected(places.error());
  model.limit = *places;
  return read_duration(arguments.substr(at + separator.size()), model.service);
}

enum Term : unsigned { fixed, lognormal, jitter, perkey, limit, unknown };
constexpr std::array<std::string_view, 5> term_names = {"fixed", "lognormal", "jitter", "perkey",
                                                        "limit"};

Result<void> read_term(std::string_view text, LatencyModel& model, unsigned& seen) {
  if (text.empty()) return fail("a term is missing, such as 20ms");
  const size_t colon = text.find(':');
  const std::string_view arguments = colon == text.npos ? "" : text.substr(colon + 1);
  unsigned term = unknown;
  for (unsigned i = 0; i < term_names.size(); ++i)
    if (text.substr(0, colon) == term_names[i]) term = i;
  const bool bare_duration = term == unknown && colon == text.npos;
  if (bare_duration) term = fixed;
  if (term == unknown)
    return fail("unknown term " + quoted_start(text) +
                "; known are fixed:20ms, lognormal:20ms,0.5, jitter:5ms, perkey and "
                "limit:4,service:1ms, joined by +");
  if (seen >> term & 1) return fail(std::string(term_names[term]) + ": given twice");
  seen |= 1u << term;
  switch (term) {
  case lognormal: return read_lognormal(arguments, model);
  case jitter: return read_duration(arguments, model.jitter);
  case limit: return read_limit(arguments, model);
  case perkey:
    if (colon != text.npos) return fail("perkey: takes nothing behind it");
    model.per_key = true;
    return {};
  default: return read_duration(bare_duration ? text : arguments, model.fixed);
  }
}

} // namespace

Result<LatencyModel> parse_latency_model(std::string_view text) {
  LatencyModel model;
  unsigned seen = 0;
  for (std::string_view rest = text;;) {
    const size_t plus = rest.find('+');
    if (const auto ok = read_term(rest.substr(0, plus), model, seen); !ok)
      return fail_at("latency model", ok.error());
    if (plus == rest.npos) return model;
    rest.remove_prefix(plus + 1);
  }
}

std::string to_string(const LatencyModel& model) {
  std::string text = "fixed:" + to_string(model.fixed);
  if (model.median.count() != 0) {
    std::array<char, 40> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), model.sigma).ptr;
    text += "+lognormal:" + to_string(model.median) + "," + std::string(digits.data(), end);
  }
  if (model.jitter.count() != 0) text += "+jitter:" + to_string(model.jitter);
  if (model.per_key) text += "+perkey";
  if (model.limit != 0)
    text += "+limit:" + std::to_string(model.limit) + ",service:" + to_string(model.service);
  return text;
}

LatencyClock::LatencyClock(const LatencyModel& model, uint64_t seed)
    : model_(model), random_(seed), free_at_(model.limit) {}

/// median * e^(sigma * N(0, 1)), the normal draw by Box and Muller.
Duration LatencyClock::draw() {
  if (model_.median.count() == 0) return model_.fixed;
  const double radius = std::sqrt(-2 * std::log(1 - random_.fraction()));
  const double normal = radius * std::cos(2 * std::numbers::pi * random_.fraction());
  const double part = static_cast<double>(model_.median.count()) * std::exp(model_.sigma * normal);
  return model_.fixed + Duration{std::llround(part)};
}

std::vector<Duration> LatencyClock::arrivals(Duration now, size_t keys) {
  std::vector<Duration> arrival(keys, now);
  const bool each_alone = model_.per_key || model_.jitter.count() != 0;
  const Duration of_request = model_.per_key ? Duration{0} : draw();
  for (Duration& at : arrival) {
    if (!free_at_.empty()) {
      std::ranges::pop_heap(free_at_, std::greater{});
      at = std::max(now, free_at_.back()) + model_.service;
      free_at_.back() = at;
      std::ranges::push_heap(free_at_, std::greater{});
    }
    at += model_.per_key ? draw() : of_request;
    if (model_.jitter.count() != 0)
      at += Duration{
          static_cast<int64_t>(random_.below(static_cast<uint64_t>(model_.jitter.count()) + 1))};
  }
  if (!each_alone && keys != 0) std::ranges::fill(arrival, std::ranges::max(arrival));
  return arrival;
}

} // namespace runahead
