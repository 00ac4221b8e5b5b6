#include "evmc/plugin.hpp"

#include <dlfcn.h>
#include <gtest/gtest.h>

namespace runahead::evmc {

Vm* (*create_function(const char* symbol))() {
  // Never closed: code of the library may still be running at the end of the process.
  static void* const library = dlopen(RUNAHEAD_EVMC_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    ADD_FAILURE() << dlerror();
    return nullptr;
  }
  return reinterpret_cast<Vm* (*)()>(dlsym(library, symbol));
}

VmOwner load_vm(std::span<const Option> options) {
  VmOwner vm(create_function("evmc_create_runahead_evmc")());
  for (const Option& option : options)
    EXPECT_EQ(vm->set_option(vm.get(), option.name, option.value), SetOptionResult::success)
        << option.name << '=' << option.value;
  return vm;
}

} // namespace runahead::evmc
