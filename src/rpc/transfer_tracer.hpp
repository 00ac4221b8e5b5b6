// Where in a transaction's logs its transfers of wei belong: as if each were told by a token's
// Transfer event. Frames that are undone leave nothing.
#pragma once

#include "machine/tracer.hpp"
#include "state/log_record.hpp"

#include <optional>
#include <vector>

namespace runahead {

/// A log with its number in its block. Numbers that are left out belong to logs that were undone.
struct NumberedLog {
  Log log;
  size_t number = 0;
};

class TransferTracer final : public Tracer {
public:
  void enter(const Message& message) override;
  void step(const Frame& frame, const World& world, uint8_t opcode) override;
  void stepped(int64_t gas_cost, Status error) override;
  void leave(const Message& message, const CallResult& result) override;

  /// Another block begins.
  void restart() { count_ = 0; }
  /// The transaction's logs with its transfers among them; forgets the transfers.
  std::vector<NumberedLog> take_logs(std::vector<Log> logs);

private:
  void transfer(const Address& from, const Address& to, const uint256& amount);

  struct Entry {
    std::optional<Log> transfer; ///< nothing stands for one of the transaction's logs
    size_t number = 0;
  };

  std::vector<Entry> entries_;
  size_t count_ = 0;            ///< of the block's, those that were undone included
  std::vector<size_t> frames_;  ///< how many entries there were when each began
  bool logs_ = false;           ///< the instruction that runs is a LOG
  std::optional<Address> heir_; ///< it is a SELFDESTRUCT
  Address self_;
  const World* world_ = nullptr;
};

} // namespace runahead
