// What a benchmark run found, and how one column of it compares with another.
#pragma once

#include "bench/by_turns.hpp"
#include "bench/host_facts.hpp"
#include "bench/prepared_call.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// A column: who ran, and whether analysis was part of what was timed.
struct Lane {
  std::string engine;
  Analysis analysis{};
  friend auto operator<=>(const Lane&, const Lane&) = default;
};

/// A row. Of other programs' figures, what they do not tell is empty.
struct CaseReport {
  std::string group, name;
  std::string fork, status;
  std::optional<uint64_t> gas;        ///< used by the EVM
  std::optional<uint64_t> code_bytes; ///< of the contract called
  std::map<Lane, Timing> timings;

  std::string title() const { return group + "/" + name; }
  const Timing* find(const Lane& lane) const {
    const auto found = timings.find(lane);
    return found == timings.end() ? nullptr : &found->second;
  }
};

struct BenchReport {
  std::string program; ///< with its version
  std::string date;    ///< ISO 8601
  HostFacts host;
  TurnOptions settings;
  std::vector<std::string> engine_order; ///< of the columns
  std::vector<CaseReport> cases;

  /// The engines that have figures with this analysis, in that order.
  std::vector<std::string> engines(Analysis analysis) const;
  /// The groups in order.
  std::vector<std::string> groups() const;
};

/// How many times as long `lane` takes as `base`; nothing where one of them has no figure.
std::optional<double> time_ratio(const CaseReport& row, const Lane& lane, const Lane& base);

/// Gas per second; nothing without gas or figure.
std::optional<double> gas_per_second(const CaseReport& row, const Lane& lane);

/// Of all values that are there; nothing if none is. REQUIRES: all positive.
std::optional<double> geometric_mean(const std::vector<std::optional<double>>& values);

/// What came of putting another report's figures beside ours.
struct Merged {
  size_t cases = 0;                      ///< that both have
  std::vector<std::string> other_gas;    ///< titles where gas differs: not the same work
  std::vector<std::string> engine_names; ///< as they are called now
};

/// Adds the columns of `other` to the rows that both have. An engine whose name is taken is renamed
/// to `NAME (SUFFIX)`. Figures of rows whose gas differs are left out.
Merged merge(BenchReport& report, const BenchReport& other, const std::string& suffix);

} // namespace runahead
