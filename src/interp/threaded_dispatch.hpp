// How a handler of threaded code goes on to the next one.
//
// Where the compiler has guaranteed tail calls and a convention without saved registers, a handler
// jumps to the next with the machine in registers. Elsewhere, or with RUNAHEAD_LOOP_DISPATCH, it
// leaves the registers in the machine and returns to a loop.
#pragma once

#include "base/uint256.hpp"

#if !defined(RUNAHEAD_LOOP_DISPATCH) && defined(__clang__) && defined(__x86_64__) &&               \
    __has_cpp_attribute(clang::musttail) && __has_attribute(preserve_none)
#define RUNAHEAD_TAIL_DISPATCH 1
#else
#define RUNAHEAD_TAIL_DISPATCH 0
#endif

namespace runahead {

struct ThreadedInstr;

namespace threaded {

struct Machine;

#if RUNAHEAD_TAIL_DISPATCH
#define RUNAHEAD_CONVENTION __attribute__((preserve_none))
#else
#define RUNAHEAD_CONVENTION
#endif

/// `sp` points behind the top of the stack; `gas` is what is left of the slice, base gas of the
/// block already taken.
using Handler = RUNAHEAD_CONVENTION void (*)(const ThreadedInstr* ip, uint256* sp, int64_t gas,
                                             Machine& machine);

} // namespace threaded
} // namespace runahead

/// Goes on at `to`. Ends the handler.
#if RUNAHEAD_TAIL_DISPATCH
#define RUNAHEAD_DISPATCH(to, sp, gas, machine)                                                    \
  do {                                                                                             \
    const ::runahead::ThreadedInstr* const next_ = (to);                                           \
    [[clang::musttail]] return next_->run(next_, sp, gas, machine);                                \
  } while (false)
#else
#define RUNAHEAD_DISPATCH(to, sp_, gas_, machine)                                                  \
  do {                                                                                             \
    (machine).ip = (to);                                                                           \
    (machine).sp = (sp_);                                                                          \
    (machine).gas = (gas_);                                                                        \
    return;                                                                                        \
  } while (false)
#endif
