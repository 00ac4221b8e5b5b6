#include "app/rules_choice.hpp"

namespace runahead {
namespace {

constexpr std::string_view advice = "; give --fork";

std::string chain_text(uint64_t chain_id) { return "chain " + std::to_string(chain_id); }

} // namespace

Rules RuleBook::at(uint64_t number, uint64_t timestamp) const {
  if (built_in_ != nullptr) return rules_at(*built_in_, number, timestamp);
  if (by_number_.empty() && by_time_.empty()) return fixed_;
  return rules_at({fixed_.chain_id, "", by_number_, by_time_}, number, timestamp);
}

Result<RuleBook> choose_rules(const RuleClues& clues) {
  RuleBook book;
  book.fixed_.chain_id = clues.chain_id;
  const ChainConfig* known = find_chain(clues.chain_id);
  const auto fix = [&](Fork fork, std::string reason) {
    book.fixed_.fork = fork;
    const bool same = clues.file_blobs && (!clues.file_fork || clues.file_fork == fork);
    book.fixed_.blobs = same ? *clues.file_blobs : default_blob_schedule(fork);
    book.reason_ = std::move(reason);
  };
  if (clues.demanded) {
    fix(*clues.demanded, "from --fork");
  } else if (known != nullptr && clues.has_block) {
    book.built_in_ = known;
    book.reason_ = "from the schedule of " + std::string(known->name);
  } else if (clues.node_config && *clues.node_config) {
    book.fixed_ = **clues.node_config;
    book.reason_ = "from the node's eth_config";
  } else if (clues.node_config) {
    return fail(chain_text(clues.chain_id) + " has no built-in schedule, and the node does not " +
                "tell which rules apply (" + clues.node_config->error().message + ")" +
                std::string(advice));
  } else if (!clues.by_number.empty() || !clues.by_time.empty()) {
    book.by_number_ = clues.by_number;
    book.by_time_ = clues.by_time;
    book.reason_ = "from the genesis file's schedule";
  } else if (clues.file_fork) {
    fix(*clues.file_fork, "as the file says");
  } else {
    return fail("nothing tells which rules apply to " + chain_text(clues.chain_id) +
                std::string(advice));
  }
  const Fork fork = book.at(clues.number, clues.timestamp).fork;
  if (book.built_in_ != nullptr && clues.file_fork && *clues.file_fork != fork)
    return fail("the file says " + std::string(name(*clues.file_fork)) + ", but the schedule of " +
                std::string(known->name) + " says " + std::string(name(fork)) + " for its block" +
                std::string(advice));
  book.reason_ = std::string(name(fork)) + ", " + book.reason_;
  return book;
}

} // namespace runahead
