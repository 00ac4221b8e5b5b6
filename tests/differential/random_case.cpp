#include "differential/program_generator.hpp"
#include "differential/program_writer.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>

namespace runahead::differential {
namespace {

/// Where instructions begin; of longer code, of its first part.
std::vector<size_t> starts_of(const Bytes& code) {
  std::vector<size_t> starts;
  for (size_t pc = 0; pc < code.size(); pc += 1u + info(code[pc]).immediate_bytes)
    starts.push_back(pc);
  return starts;
}

/// EIP-7702: 0xef0100 and an address.
Bytes delegation_to(const Address& target) {
  Bytes code{0xef, 0x01, 0x00};
  code.insert(code.end(), target.bytes.begin(), target.bytes.end());
  return code;
}

Bytes random_code(Random& random, Fork fork, std::span<const Bytes> real) {
  if (!real.empty() && random.chance(0.15)) return damaged(real[random.below(real.size())], random);
  if (random.chance(0.05)) return delegation_to(contract(random.below(contracts)));
  if (random.chance(0.03)) return random.bytes(random.below(100));
  if (fork >= Fork::shanghai && random.chance(0.15)) return ProgramWriter(random).write();
  return ProgramGenerator(random, fork).generate();
}

} // namespace

Bytes damaged(const Bytes& code, Random& random) {
  Bytes out = code;
  for (uint64_t i = random.below(4); i > 0 && !out.empty(); --i) {
    const std::vector<size_t> starts = starts_of(out);
    const size_t at = starts[random.below(starts.size())];
    const auto begin = out.begin() + static_cast<ptrdiff_t>(at);
    const size_t size = std::min<size_t>(1u + info(out[at]).immediate_bytes, out.size() - at);
    switch (random.below(8)) {
    case 0: out.erase(begin, begin + static_cast<ptrdiff_t>(size)); break;
    case 1: out.insert(begin, out[at]); break;
    case 2: out.insert(begin, uint8_t{OP_JUMPDEST}); break;
    case 3: out.resize(at + random.below(size + 1)); break;
    case 4: // what an immediate says
      if (size > 1) out[at + 1 + random.below(size - 1)] = static_cast<uint8_t>(random.next());
      break;
    default: out[at] = static_cast<uint8_t>(random.next()); break;
    }
  }
  return out;
}

Bytes call_data_for(const Bytes& code, Random& random) {
  std::vector<size_t> selectors;
  for (const size_t pc : starts_of(code))
    if (code[pc] == OP_PUSH4 && pc + 5 < code.size() && code[pc + 5] == OP_EQ)
      selectors.push_back(pc + 1);
  Bytes data = random.bytes(random.below(4) == 0 ? random.below(100) : 4 + 32 * random.below(5));
  for (size_t i = 4; i + 32 <= data.size(); i += 32)
    if (random.chance(0.8)) std::fill_n(data.begin() + static_cast<ptrdiff_t>(i), 30, uint8_t{0});
  if (!selectors.empty() && data.size() >= 4) {
    const size_t at = selectors[random.below(selectors.size())];
    std::copy_n(code.begin() + static_cast<ptrdiff_t>(at), 4, data.begin());
  }
  return data;
}

MachineCase random_case(Random& random, std::span<const Bytes> real) {
  MachineCase test;
  test.fork = static_cast<Fork>(random.below(fork_count));
  // Much only now and then: who loops burns all of it, in every run.
  static constexpr std::array<int64_t, 16> limits = {
      5'000,  15'000,  30'000,  30'000,  60'000,  60'000,  60'000,  60'000,
      60'000, 100'000, 100'000, 100'000, 100'000, 200'000, 200'000, 600'000};
  test.gas = limits[random.below(limits.size())];
  if (random.chance(0.2)) test.value = uint256{random.below(5)};
  for (uint64_t i = 0; i < contracts; ++i) {
    if (i > 1 && random.chance(0.3)) continue;
    Account& account = test.accounts[contract(i)];
    account.code = make_bytecode(random_code(random, test.fork, real));
    account.balance = uint256{random.below(40)};
    account.nonce = random.below(3);
    for (uint64_t slot = 0; slot < 6; ++slot)
      if (random.chance(0.5))
        account.storage[uint256{slot}] =
            random.chance(0.3) ? random.edge_word() : uint256{random.below(9)};
  }
  test.accounts[caller()].balance = uint256{1000};
  const BytecodeRef& outermost = test.accounts[contract(0)].code;
  test.data = call_data_for(outermost->bytes, random);
  return test;
}

} // namespace runahead::differential
