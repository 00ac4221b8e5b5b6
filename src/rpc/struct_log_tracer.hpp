// geth's default trace: one entry for each instruction.
#pragma once

#include "io/json_writer.hpp"
#include "rpc/result_tracer.hpp"

#include <map>
#include <unordered_map>

namespace runahead {

class StructLogTracer final : public ResultTracer {
public:
  explicit StructLogTracer(const TraceOptions& options) : options_(options) { json_.begin_array(); }

  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  void stepped(int64_t gas_cost, Status error) override;
  std::string result(const TracedEnd& end) override;
  bool overflowed() const override;

private:
  /// An instruction that has begun.
  struct Entry {
    uint64_t pc = 0;
    uint8_t opcode = 0;
    uint64_t gas = 0;
    unsigned depth = 0;
    uint64_t refund = 0;
    std::vector<uint256> stack;
    Bytes memory;
    Bytes return_data;
  };

  void write(int64_t gas_cost, Status error);
  void write_storage();

  TraceOptions options_;
  JsonWriter json_;
  Entry entry_;
  const Frame* frame_ = nullptr; ///< it runs in
  uint64_t steps_ = 0;
  /// What each account's code has read or written of its storage so far.
  std::unordered_map<Address, std::map<uint256, uint256>> seen_;
};

} // namespace runahead
