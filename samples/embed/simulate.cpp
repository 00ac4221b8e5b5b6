// Embeds runahead in C++: a call over a store of one's own that answers later, from its own thread.
#include <runahead/runahead.hpp>

#include <chrono>
#include <cstdio>
#include <thread>

using namespace runahead::api;

/// Stands for any store that is far away: 20 ms a read, whatever the number of keys.
class FarStore final : public StateSource {
public:
  MemoryState state;
  std::string_view name() const override { return "far store"; }
  void read(std::vector<StateKey> keys, Reply reply) override {
    readers_.emplace_back([this, keys = std::move(keys), reply] {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      state.read(keys, reply);
    });
  }

private:
  std::vector<std::jthread> readers_; // joined before the state goes
};

int main() {
  const Address contract = *parse_address("0x00000000000000000000000000000000000000aa");
  FarStore store;
  // Returns slot 0 + slot 1 + slot 2.
  store.state.accounts[contract].code = *parse_bytes("0x600054600154600254010160005260206000f3");
  store.state.accounts[contract].storage = {{0, 40}, {1, 1}, {2, 1}};

  const Evm evm; // once a process
  Session session(evm, store, Rules(1, Fork::osaka), Block{.number = 25'000'000});
  Call call;
  call.to = contract;
  const Report report = session.call(call);

  if (const Result* result = std::get_if<Result>(&report.outcome))
    std::printf("%s: %s, %llu gas, %llu rounds\n", std::string(name(result->status)).c_str(),
                to_hex(result->output).c_str(), static_cast<unsigned long long>(result->gas_used),
                static_cast<unsigned long long>(report.cost.rounds));
  else if (const auto* missing = std::get_if<StateUnavailable>(&report.outcome))
    std::printf("cannot read %s: %s\n", to_string(missing->key).c_str(), missing->cause.c_str());
  return report.success() != nullptr ? 0 : 1;
}
