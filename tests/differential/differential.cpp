#include "differential/differential.hpp"

#include "base/random.hpp"
#include "differential/shrinking.hpp"
#include "differential/text_case.hpp"

#include <algorithm>

namespace runahead::differential {

/// The runs of one case, which share the state and what calls leave behind, whatever the engine.
class Comparison::Runs {
public:
  Runs(Comparison& comparison, const MachineCase& test)
      : state_(test.accounts), stack_(comparison.stack_), engines_(comparison.engines_) {}

  std::optional<Disagreement> at(const MachineCase& test, const Way& way,
                                 const Observation& plain) {
    for (size_t i = 1; i < engines_.size(); ++i)
      if (Observation found = run(test, i, {}); found != plain)
        return disagreement(test, i, {}, plain, std::move(found));
    return in(test, way, plain);
  }
  std::optional<Disagreement> at(const MachineCase& test, const Way& way) {
    return at(test, way, run(test, 0, {}));
  }

  std::optional<Disagreement> in(const MachineCase& test, const Way& way,
                                 const Observation& plain) {
    if (way.delay_seed == 0) return std::nullopt;
    return way.speculation ? ahead(test, way, plain) : late(test, way, plain);
  }

  /// What the reference gives plainly, with the gas used up to its instructions.
  Observation trace(const MachineCase& test, std::vector<int64_t>& used) {
    GasTrace trace;
    Observation plain = run_case(test, state_, SteppingEngine(&trace), caches_, {}, &trace);
    used = trace.used();
    return plain;
  }

private:
  std::optional<Disagreement> late(const MachineCase& test, const Way& way,
                                   const Observation& plain) {
    Observation expected = run(test, 0, way);
    if (!same_but_for_reads(plain, expected))
      return disagreement(test, 0, way, plain, std::move(expected));
    for (size_t i = 1; i < engines_.size(); ++i)
      if (Observation found = run(test, i, way); found != expected)
        return disagreement(test, i, way, expected, std::move(found));
    return std::nullopt;
  }

  /// Engines take turns, so that all of them get their share of seeds.
  std::optional<Disagreement> ahead(const MachineCase& test, const Way& way,
                                    const Observation& plain) {
    const size_t i = way.delay_seed / 2 % engines_.size();
    Observation found = run(test, i, way);
    if (same_but_for_reads(plain, found)) return std::nullopt;
    return disagreement(test, i, way, plain, std::move(found));
  }

  Observation run(const MachineCase& test, size_t engine, const Way& way) {
    const GuardedEngine guarded(*engines_[engine], stack_);
    Observation found = run_case(test, state_, guarded, caches_, way);
    if (std::string fault = stack_.take_fault(); !fault.empty()) found.fault = std::move(fault);
    return found;
  }
  Disagreement disagreement(const MachineCase& test, size_t engine, const Way& way,
                            const Observation& expected, Observation found) const {
    return {test, std::string(engines_[engine]->name()), way, expected, std::move(found)};
  }
  static bool same_but_for_reads(const Observation& a, const Observation& b) {
    return a.status == b.status && a.gas_left == b.gas_left && a.output == b.output &&
           a.effects == b.effects && a.fault == b.fault;
  }

  MemorySource state_;
  GuardedStack& stack_;
  const std::vector<const Engine*>& engines_;
  Caches caches_;
};

std::optional<Disagreement> Comparison::compare(const MachineCase& test, const Way& way) {
  return Runs(*this, test).at(test, way);
}

std::optional<Disagreement> Comparison::compare_around(const MachineCase& test, const Way& way,
                                                       Speculation speculation, Random& random,
                                                       size_t limits, uint64_t& runs) {
  Runs all(*this, test);
  ++runs;
  std::vector<int64_t> used;
  const Observation plain = all.trace(test, used);
  if (auto found = all.at(test, way, plain)) return found;
  if (auto found = all.in(test, {way.slice_gas, way.delay_seed, speculation}, plain)) return found;
  if (used.empty()) return std::nullopt;
  MachineCase limited = test;
  for (size_t i = 0; i < limits; ++i) {
    limited.gas = used[random.below(used.size())] + static_cast<int64_t>(random.below(3)) - 1;
    limited.gas = std::max<int64_t>(limited.gas, 0);
    ++runs;
    if (auto found = all.at(limited, way)) return found;
  }
  return std::nullopt;
}

/// At the gas limit of `test`, or at one of the lowest where an instruction begins.
std::optional<Disagreement> Comparison::compare_small(const MachineCase& test, const Way& way) {
  Runs all(*this, test);
  std::vector<int64_t> used;
  const Observation plain = all.trace(test, used);
  if (auto found = all.at(test, way, plain)) return found;
  used.resize(std::min<size_t>(used.size(), 24));
  MachineCase limited = test;
  for (const int64_t boundary : used)
    for (const int64_t gas : {boundary, boundary + 1}) {
      limited.gas = gas;
      if (auto found = all.at(limited, way)) return found;
    }
  return std::nullopt;
}

Disagreement Comparison::shrink(Disagreement from, size_t tries) {
  const Way way = from.way;
  bool smaller = true;
  while (smaller && tries > 0) {
    smaller = false;
    Reductions reductions(from.test);
    while (tries > 0) {
      const auto candidate = reductions.next();
      if (!candidate) break;
      --tries;
      if (auto found = compare_small(*candidate, way)) {
        from = std::move(*found);
        reductions.accept(from.test);
        smaller = true;
      }
    }
  }
  return from;
}

namespace {

std::string to_text(const Way& way) {
  if (way.delay_seed == 0) return "in one go";
  std::string text = "in slices of " + std::to_string(way.slice_gas) + " gas with delays " +
                     std::to_string(way.delay_seed);
  if (!way.speculation) return text;
  static constexpr std::array<std::string_view, 3> levels = {"off", "lean", "full"};
  return text + ", speculation " + std::string(levels[static_cast<size_t>(*way.speculation)]);
}

} // namespace

std::string to_text(const Disagreement& d) {
  return "# " + d.engine + ", " + to_text(d.way) + ", differs from the reference\n" +
         print_case(d.test, d.expected) + "--- expected\n" + to_text(d.expected) + "--- " +
         d.engine + '\n' + to_text(d.found);
}

} // namespace runahead::differential
