// The EVMC plugin as a host loads it.
#pragma once

#include "embed/evmc/abi.hpp"

#include <memory>
#include <span>

namespace runahead::evmc {

struct DestroyVm {
  void operator()(Vm* vm) const { vm->destroy(vm); }
};
using VmOwner = std::unique_ptr<Vm, DestroyVm>;

/// What the library exports under `symbol`; null if nothing.
Vm* (*create_function(const char* symbol))();

/// A VM with these options; the test fails if one is refused.
struct Option {
  const char* name;
  const char* value;
};
VmOwner load_vm(std::span<const Option> options = {});

} // namespace runahead::evmc
