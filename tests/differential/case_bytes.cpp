#include "differential/case_bytes.hpp"

#include "differential/program_writer.hpp"

#include <algorithm>

namespace runahead::differential {
namespace {

constexpr std::array<uint8_t, 4> mark = {0xef, 0xaa, 0x55, 0xef};
constexpr uint64_t speculations = 3;
constexpr uint64_t values = 4;

/// Reads from the front; zeros behind the end.
class Reader {
public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  uint64_t number(unsigned bytes) {
    uint64_t x = 0;
    for (; bytes > 0; --bytes) {
      x = x << 8 | (rest_.empty() ? 0 : rest_.front());
      if (!rest_.empty()) rest_ = rest_.subspan(1);
    }
    return x;
  }
  /// What stands before the next mark, or to the end.
  Bytes part() {
    const auto found = std::ranges::search(rest_, mark);
    Bytes out(rest_.begin(), found.begin());
    rest_ = BytesView(found.end(), rest_.end());
    return out;
  }
  bool empty() const { return rest_.empty(); }

private:
  BytesView rest_;
};

void put(Bytes& out, uint64_t x, unsigned bytes) {
  while (bytes-- > 0) out.push_back(static_cast<uint8_t>(x >> (8 * bytes)));
}

} // namespace

FuzzCase decode_case(BytesView bytes) {
  Reader reader(bytes);
  FuzzCase out;
  out.test.fork = static_cast<Fork>(reader.number(1) % fork_count);
  out.speculation = static_cast<Speculation>(reader.number(1) % speculations);
  out.test.value = reader.number(1) % values;
  out.test.gas = static_cast<int64_t>(reader.number(3));
  out.way.slice_gas = std::max<int64_t>(static_cast<int64_t>(reader.number(3)), 1);
  // So that the longest runs stay in their time.
  out.test.gas = std::min<int64_t>(out.test.gas, 600'000);
  out.way.slice_gas = std::max(out.way.slice_gas, out.test.gas / 1000);
  out.way.delay_seed = reader.number(1) + 1;
  out.test.data = reader.part();
  for (uint64_t i = 0; i < contracts && (i == 0 || !reader.empty()); ++i) {
    Account& account = out.test.accounts[contract(i)];
    account.code = make_bytecode(reader.part());
    account.balance = 10 + i;
    account.nonce = i % 2;
    for (uint64_t slot = 0; slot < 4; ++slot) account.storage[slot] = (slot + i) % 3;
  }
  out.test.accounts[caller()].balance = 1000;
  return out;
}

Bytes encode_case(const MachineCase& test) {
  Bytes out;
  put(out, static_cast<uint64_t>(test.fork), 1);
  put(out, static_cast<uint64_t>(Speculation::full), 1);
  put(out, test.value.w[0] % values, 1);
  put(out, static_cast<uint64_t>(test.gas), 3);
  put(out, 100, 3);
  put(out, 1, 1);
  out.insert(out.end(), test.data.begin(), test.data.end());
  for (uint64_t i = 0; i < contracts; ++i) {
    const auto account = test.accounts.find(contract(i));
    out.insert(out.end(), mark.begin(), mark.end());
    if (account == test.accounts.end() || account->second.code == nullptr) continue;
    const Bytes& code = account->second.code->bytes;
    out.insert(out.end(), code.begin(), code.end());
  }
  return out;
}

} // namespace runahead::differential
