#include "app/source_stack.hpp"

namespace runahead {
namespace {

struct Delayed {
  Delayed(std::shared_ptr<StateSource> below, Executor& executor, const LatencyModel& model,
          uint64_t seed)
      : inner(std::move(below)), source(*inner, executor, model, seed) {}

  std::shared_ptr<StateSource> inner;
  DelaySource source;
};

} // namespace

std::shared_ptr<StateSource> wrap(std::shared_ptr<StateSource> source, Executor& executor,
                                  const SourceWrapping& wrapping) {
  if (!wrapping.delay) return source;
  auto stack =
      std::make_shared<Delayed>(std::move(source), executor, *wrapping.delay, wrapping.seed);
  return {stack, &stack->source};
}

} // namespace runahead
