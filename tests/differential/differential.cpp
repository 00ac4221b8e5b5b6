#include "differential/differential.hpp"

#include "base/random.hpp"
#include "differential/shrinking.hpp"
#include "differential/text_case.hpp"

#include <algorithm>
#include <memory>

namespace runahead::differential {
namespace {

/// What runs of one case can share: engines, their caches, the state.
class Comparison {
public:
  explicit Comparison(const MachineCase& test) : state_(test.accounts) {}

  std::optional<Disagreement> at(const MachineCase& test, const Way& way) {
    const Observation plain = run(test, 0, {});
    Observation late = run(test, 0, way);
    if (!same_but_for_reads(plain, late)) return disagreement(test, 0, way, plain, std::move(late));
    for (size_t i = 1; i < Engines::count; ++i) {
      if (Observation found = run(test, i, {}); found != plain)
        return disagreement(test, i, {}, plain, std::move(found));
      if (Observation found = run(test, i, way); found != late)
        return disagreement(test, i, way, late, std::move(found));
    }
    return std::nullopt;
  }

  std::vector<int64_t> boundaries(const MachineCase& test) {
    GasTrace trace;
    run_case(test, state_, SteppingEngine(&trace), caches_[0], {}, &trace);
    return trace.used();
  }

private:
  Observation run(const MachineCase& test, size_t engine, const Way& way) {
    return run_case(test, state_, engines_[engine], caches_[engine], way);
  }
  Disagreement disagreement(const MachineCase& test, size_t engine, const Way& way,
                            const Observation& expected, Observation found) const {
    return {test, std::string(engines_[engine].name()), way, expected, std::move(found)};
  }
  static bool same_but_for_reads(const Observation& a, const Observation& b) {
    return a.status == b.status && a.gas_left == b.gas_left && a.output == b.output &&
           a.effects == b.effects;
  }

  Engines engines_;
  MemorySource state_;
  std::array<Caches, Engines::count> caches_;
};

} // namespace

std::optional<Disagreement> compare(const MachineCase& test, const Way& way) {
  return Comparison(test).at(test, way);
}

std::optional<Disagreement> compare_around(const MachineCase& test, const Way& way, Random& random,
                                           size_t limits, uint64_t& runs) {
  Comparison comparison(test);
  ++runs;
  if (auto found = comparison.at(test, way)) return found;
  const std::vector<int64_t> used = comparison.boundaries(test);
  if (used.empty()) return std::nullopt;
  MachineCase limited = test;
  for (size_t i = 0; i < limits; ++i) {
    limited.gas = used[random.below(used.size())] + static_cast<int64_t>(random.below(3)) - 1;
    limited.gas = std::max<int64_t>(limited.gas, 0);
    ++runs;
    if (auto found = comparison.at(limited, way)) return found;
  }
  return std::nullopt;
}

namespace {

/// At the gas limit of `test`, or at one of the lowest where an instruction begins.
std::optional<Disagreement> compare_small(const MachineCase& test, const Way& way) {
  Comparison comparison(test);
  if (auto found = comparison.at(test, way)) return found;
  std::vector<int64_t> used = comparison.boundaries(test);
  used.resize(std::min<size_t>(used.size(), 24));
  MachineCase limited = test;
  for (const int64_t boundary : used)
    for (const int64_t gas : {boundary, boundary + 1}) {
      limited.gas = gas;
      if (auto found = comparison.at(limited, way)) return found;
    }
  return std::nullopt;
}

} // namespace

Disagreement shrink(Disagreement from, size_t tries) {
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

std::string to_text(const Disagreement& d) {
  const std::string way = d.way.delay_seed == 0
                              ? std::string("in one go")
                              : "in slices of " + std::to_string(d.way.slice_gas) +
                                    " gas with delays " + std::to_string(d.way.delay_seed);
  return "# " + d.engine + ", " + way + ", differs from the reference\n" +
         print_case(d.test, d.expected) + "--- expected\n" + to_text(d.expected) + "--- " +
         d.engine + '\n' + to_text(d.found);
}

} // namespace runahead::differential
