#include "rpc/log_methods.hpp"

#include "io/json_writer.hpp"
#include "rpc/block_answer.hpp"
#include "rpc/log_filter.hpp"

namespace runahead {
namespace {

/// A search through a range of blocks, some in each turn of the loop. It ends early when the client
/// has gone.
class LogSearch : public std::enable_shared_from_this<LogSearch> {
public:
  LogSearch(MethodCall call, LogFilter filter, uint64_t from, uint64_t to)
      : waiting_(std::move(call)), filter_(std::move(filter)), next_(from), to_(to) {
    json_.begin_array();
  }

  void go_on() {
    const auto exchange = waiting_.exchange.lock();
    if (!exchange || exchange->cancelled()) return;
    for (uint64_t turn = 0; turn < limits::rpc_log_turn_blocks; ++turn) {
      if (next_ > to_) return waiting_.reply(json_.end_array().take());
      if (const auto ok = look_at(next_++); !ok)
        return waiting_.reply(rpc_fail(rpc_code::internal_error, ok.error().message));
      if (json_.str().size() > limits::rpc_answer_bytes)
        return waiting_.reply(
            rpc_fail(rpc_code::server_error, "query returned more than " +
                                                 std::to_string(limits::rpc_answer_bytes) +
                                                 " bytes; ask for fewer blocks"));
    }
    waiting_.context->calls.executor().post([self = shared_from_this()] { self->go_on(); });
  }

private:
  Result<void> look_at(uint64_t number) {
    const ChainReader& chain = *waiting_.context->chain;
    const auto header = chain.header(number);
    if (!header) return std::unexpected(header.error());
    if (!filter_.may_match(header->header.logs_bloom)) return {};
    const auto receipts = chain.receipts(number);
    if (!receipts) return std::unexpected(receipts.error());
    const auto stored = chain.block(number);
    if (!stored) return std::unexpected(stored.error());
    if (receipts->size() != stored->block.transactions.size())
      return fail("block " + std::to_string(number) + " has another number of receipts");
    size_t log_number = 0;
    for (size_t i = 0; i < receipts->size(); ++i)
      add_logs((*receipts)[i].logs, *stored, i, log_number);
    return {};
  }

  void add_logs(std::span<const Log> logs, const StoredBlock& stored, size_t index,
                size_t& log_number) {
    std::optional<Hash256> hash;
    const SignedTransaction& tx = stored.block.transactions[index];
    for (const Log& log : logs) {
      const size_t number = log_number++;
      if (!filter_.matches(log)) continue;
      if (!hash) hash = transaction_hash(tx);
      write_log(json_, log, {stored.block.header, stored.hash, tx, *hash, index}, number);
    }
  }

  WaitingCall waiting_;
  LogFilter filter_;
  uint64_t next_, to_;
  JsonWriter json_;
};

void search(MethodCall call, LogFilter filter, uint64_t from, uint64_t to) {
  std::make_shared<LogSearch>(std::move(call), std::move(filter), from, to)->go_on();
}

void search_block(MethodCall call, LogFilter filter) {
  const auto number = call.chain().number_of(*filter.block_hash);
  if (!number) return call.refuse({rpc_code::internal_error, number.error().message});
  if (!*number) return call.refuse({rpc_code::server_error, "unknown block"});
  search(std::move(call), std::move(filter), **number, **number);
}

} // namespace

void get_logs(MethodCall call) {
  LogFilter filter;
  const auto params = Parameters::read(call.params, 1);
  if (!params) return call.refuse_params(params.error());
  if (const auto ok = params->required(0, read_log_filter, filter); !ok)
    return call.refuse_params(ok.error());
  if (filter.block_hash) return search_block(std::move(call), std::move(filter));
  const BlockRef first = filter.from.value_or(BlockRef{}), last = filter.to.value_or(BlockRef{});
  with_number(
      std::move(call), first, [filter, last](MethodCall woken, std::optional<uint64_t> from) {
        with_number(
            std::move(woken), last, [filter, from](MethodCall found, std::optional<uint64_t> to) {
              if (!from || !to)
                return found.refuse_params({"block range extends beyond current head block"});
              if (*from > *to) return found.refuse_params({"invalid block range params"});
              search(std::move(found), filter, *from, *to);
            });
      });
}

} // namespace runahead
