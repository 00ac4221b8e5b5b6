#include "rpc/log_filter.hpp"

#include "base/limits.hpp"
#include "rpc/json_input.hpp"

#include <algorithm>

namespace runahead {
namespace {

constexpr size_t most_topics = 4;

/// One item or a list of them; null stands for none.
template <class Item>
Result<void> read_one_or_many(const JsonElement& value, std::vector<Item>& into,
                              Result<Item> (*read)(const JsonElement&)) {
  if (value.is_null()) return {};
  if (!value.is_array()) {
    auto item = read(value);
    if (!item) return std::unexpected(item.error());
    into.push_back(std::move(*item));
    return {};
  }
  if (simdjson::dom::array(value).size() > limits::rpc_filter_items)
    return fail("more than " + std::to_string(limits::rpc_filter_items) + " alternatives");
  return read_list(value, into, read);
}

Result<std::vector<Hash256>> read_place(const JsonElement& value) {
  std::vector<Hash256> topics;
  if (const auto ok = read_one_or_many(value, topics, read_hash); !ok)
    return std::unexpected(ok.error());
  return topics;
}

Result<void> read_topics(const JsonElement& value, LogFilter& filter) {
  if (const auto ok = read_list(value, filter.topics, read_place); !ok) return ok;
  if (filter.topics.size() > most_topics) return fail("exceed max topics");
  return {};
}

using Filter = LogFilter;
constexpr std::array<JsonField<Filter>, 5> filter_fields = {{
    {"blockHash",
     [](const JsonElement& v, Filter& f) { return store(read_hash(v), f.block_hash); }},
    {"fromBlock", [](const JsonElement& v, Filter& f) { return store(read_block_ref(v), f.from); }},
    {"toBlock", [](const JsonElement& v, Filter& f) { return store(read_block_ref(v), f.to); }},
    {"address", [](const JsonElement& v,
                   Filter& f) { return read_one_or_many(v, f.addresses, read_address); }},
    {"topics", read_topics},
}};

} // namespace

bool LogFilter::matches(const Log& log) const {
  if (!addresses.empty() && std::ranges::find(addresses, log.address) == addresses.end())
    return false;
  if (topics.size() > log.topics.size()) return false;
  for (size_t i = 0; i < topics.size(); ++i)
    if (!topics[i].empty() && std::ranges::find(topics[i], log.topics[i]) == topics[i].end())
      return false;
  return true;
}

bool LogFilter::may_match(const Bloom& bloom) const {
  const auto has_any = [&](const auto& items) {
    return items.empty() ||
           std::ranges::any_of(items, [&](const auto& item) { return bloom.may_contain(item); });
  };
  return has_any(addresses) && std::ranges::all_of(topics, has_any);
}

Result<LogFilter> read_log_filter(const JsonElement& value) {
  LogFilter filter;
  if (const auto ok = read_fields(value, filter_fields, filter); !ok)
    return std::unexpected(ok.error());
  if (filter.block_hash && (filter.from || filter.to))
    return fail("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other");
  return filter;
}

} // namespace runahead
