#include "statetest/fixture.hpp"

#include "crypto/keccak.hpp"
#include "crypto/secp256k1.hpp"
#include "statetest/fixture_fields.hpp"

#include <charconv>

namespace runahead {
namespace {

using namespace fixture_json;

FixtureEnv read_env(dom::object object) {
  const Fields fields(object);
  FixtureEnv env;
  env.number = fields.required("currentNumber", u64_of);
  env.timestamp = fields.required("currentTimestamp", u64_of);
  env.gas_limit = fields.required("currentGasLimit", u64_of);
  env.coinbase = fields.required("currentCoinbase", address_of);
  env.difficulty = fields.optional("currentDifficulty", word_of).value_or(uint256{});
  env.prev_randao = fields.optional("currentRandom", word_of);
  env.base_fee = fields.optional("currentBaseFee", word_of);
  env.excess_blob_gas = fields.optional("currentExcessBlobGas", u64_of);
  return env;
}

std::vector<AccessListEntry> read_access_list(std::string_view field, dom::element element) {
  std::vector<AccessListEntry> entries;
  for (dom::element item : array_of(field, element)) {
    const Fields fields(object_of(field, item));
    entries.push_back(inside(field, [&] {
      return AccessListEntry{fields.required("address", address_of),
                             fields.list("storageKeys", word_of)};
    }));
  }
  return entries;
}

std::optional<std::vector<AccessListEntry>> read_optional_access_list(std::string_view field,
                                                                      dom::element element) {
  if (element.is_null()) return std::nullopt;
  return read_access_list(field, element);
}

Authorization read_authorization(const Fields& fields) {
  Authorization authorization;
  authorization.chain_id = fields.required("chainId", word_of);
  authorization.address = fields.required("address", address_of);
  authorization.nonce = fields.required("nonce", u64_of);
  const auto parity = fields.optional("yParity", word_of);
  authorization.y_parity = parity ? *parity : fields.required("v", word_of);
  authorization.r = fields.required("r", word_of);
  authorization.s = fields.required("s", word_of);
  return authorization;
}

/// `sender`, or the address that `secretKey` belongs to.
Address read_sender(const Fields& fields) {
  if (const auto sender = fields.optional("sender", address_of)) return *sender;
  const auto address = address_of_secret_key(fields.required("secretKey", hash_of));
  if (!address) refuse("secretKey", "is no key of secp256k1");
  return *address;
}

FixtureTransaction read_transaction(dom::object object, bool has_variants) {
  const Fields fields(object);
  const auto variants = [&](std::string_view field, auto read) {
    using Value = decltype(fields.required(field, read));
    return has_variants ? fields.list(field, read)
                        : std::vector<Value>(1, fields.required(field, read));
  };
  FixtureTransaction tx;
  tx.sender = read_sender(fields);
  tx.nonce = fields.required("nonce", u64_of);
  if (const std::string_view to = fields.required("to", text_of); !to.empty() && to != "0x")
    tx.to = checked("to", parse_address(to));
  tx.data = variants("data", bytes_of);
  tx.gas_limits = variants("gasLimit", u64_of);
  tx.values = variants("value", wide_word_of);
  tx.gas_price = fields.optional("gasPrice", word_of);
  tx.max_fee = fields.optional("maxFeePerGas", word_of);
  tx.max_priority_fee = fields.optional("maxPriorityFeePerGas", word_of);
  tx.max_fee_per_blob_gas = fields.optional("maxFeePerBlobGas", word_of);
  if (fields.find("accessLists"))
    tx.access_lists = fields.list("accessLists", read_optional_access_list);
  if (fields.find("blobVersionedHashes"))
    tx.blob_hashes = fields.list("blobVersionedHashes", hash_of);
  if (fields.find("authorizationList"))
    tx.authorizations =
        fields.list("authorizationList", [](std::string_view field, dom::element element) {
          const Fields authorization(object_of(field, element));
          return inside(field, [&] { return read_authorization(authorization); });
        });
  if (!tx.gas_price && !tx.max_fee) refuse("gasPrice", "is missing, and maxFeePerGas too");
  return tx;
}

size_t read_index(const Fields& indexes, std::string_view field, size_t count) {
  uint64_t index = 0;
  if (indexes.at(field).get(index) != simdjson::SUCCESS) refuse(field, "an index expected");
  if (index >= count)
    refuse(field, std::to_string(index) + " where the transaction has " + std::to_string(count));
  return index;
}

void read_case(FixtureCase& result, const FixtureTransaction& tx, dom::element element) {
  const Fields fields(object_of("case", element));
  const Fields indexes(object_of("indexes", fields.at("indexes")));
  inside("indexes", [&] {
    result.data_index = read_index(indexes, "data", tx.data.size());
    result.gas_index = read_index(indexes, "gas", tx.gas_limits.size());
    result.value_index = read_index(indexes, "value", tx.values.size());
  });
  if (!tx.access_lists.empty() && result.data_index >= tx.access_lists.size())
    refuse("accessLists", "has fewer entries than data");
  result.state_root = fields.required("hash", hash_of);
  result.logs_hash = fields.required("logs", hash_of);
  result.exception = fields.optional("expectException", text_of).value_or("");
  result.state = fields.optional("state", read_accounts);
}

void read_config(FixtureTest& test, dom::object object) {
  test.pays_reward = false;
  const Fields fields(object);
  test.chain_id = fields.optional("chainid", u64_of).value_or(1);
  const auto schedules = fields.optional("blobSchedule", object_of);
  if (!schedules) return;
  for (const auto& [fork, value] : *schedules) {
    const Fields schedule(object_of(fork, value));
    test.blob_schedules.emplace(fork, inside(fork, [&] { return read_blob_schedule(schedule); }));
  }
}

void read_cases(FixtureTest& test, dom::object post) {
  for (const auto& [key, value] : post) {
    const std::string_view fork = key;
    const dom::array expectations = array_of("post." + std::string(fork), value);
    for (dom::element element : expectations) {
      FixtureCase& next = test.cases.emplace_back();
      next.fork = fork;
      try {
        read_case(next, test.transaction, element);
      } catch (Malformed& malformed) {
        next.problem = "post." + next.fork + "." + malformed.message;
      }
    }
  }
}

/// What ethereum/tests and its likes call the entries of `data`.
std::map<size_t, std::string> read_labels(const Fields& fields) {
  std::map<size_t, std::string> labels;
  const auto info = fields.optional("_info", object_of);
  if (!info) return labels;
  const auto listed = Fields(*info).optional("labels", object_of);
  if (!listed) return labels;
  for (const auto& [key, value] : *listed) {
    size_t index = 0;
    const std::string_view text = key;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (error != std::errc{} || end != text.data() + text.size())
      refuse("_info.labels." + std::string(text), "is no index of data");
    labels[index] = text_of("_info.labels." + std::string(text), value);
  }
  return labels;
}

/// All but the transaction.
void read_surroundings(FixtureTest& test, const Fields& fields) {
  const dom::object env = fields.required("env", object_of);
  test.env = inside("env", [&] { return read_env(env); });
  test.pre = fields.required("pre", read_accounts);
  if (const auto config = fields.optional("config", object_of))
    inside("config", [&] { read_config(test, *config); });
}

FixtureTest read_test(std::string_view name, dom::element element, FixtureForm form) {
  FixtureTest test;
  test.name = name;
  try {
    const Fields fields(object_of("test", element));
    read_surroundings(test, fields);
    const dom::object transaction = fields.required("transaction", object_of);
    test.transaction = inside("transaction", [&] { return read_transaction(transaction, true); });
    if (form == FixtureForm::benchmark) {
      test.data_labels = read_labels(fields);
      if (!fields.find("post")) return test;
    }
    read_cases(test, fields.required("post", object_of));
    if (test.cases.empty()) refuse("post", "expects nothing of any fork");
  } catch (Malformed& malformed) {
    test.problem = std::move(malformed.message);
  }
  return test;
}

/// A benchmark whose `transaction` is a list: a test of each entry, numbered if there are several.
std::vector<FixtureTest> read_listed(std::string_view name, const Fields& fields) {
  std::vector<FixtureTest> tests;
  FixtureTest shared;
  shared.name = name;
  try {
    read_surroundings(shared, fields);
    const dom::array transactions = array_of("transaction", fields.at("transaction"));
    if (transactions.size() == 0) refuse("transaction", "is empty");
    if (fields.find("post")) refuse("post", "cannot go with a list of transactions");
    for (dom::element element : transactions) {
      const std::string place = "transaction[" + std::to_string(tests.size()) + "]";
      FixtureTest test = shared;
      if (transactions.size() > 1) test.name += "/" + std::to_string(tests.size());
      const dom::object transaction = object_of(place, element);
      test.transaction = inside(place, [&] { return read_transaction(transaction, false); });
      tests.push_back(std::move(test));
    }
  } catch (Malformed& malformed) {
    shared.problem = std::move(malformed.message);
    return {std::move(shared)};
  }
  return tests;
}

void read_tests(std::vector<FixtureTest>& tests, std::string_view name, dom::element element,
                FixtureForm form) {
  dom::object object;
  dom::array transactions;
  const bool is_listed = form == FixtureForm::benchmark &&
                         element.get(object) == simdjson::SUCCESS &&
                         object["transaction"].get(transactions) == simdjson::SUCCESS;
  if (!is_listed) return tests.push_back(read_test(name, element, form));
  for (FixtureTest& test : read_listed(name, Fields(object))) tests.push_back(std::move(test));
}

} // namespace

struct FixtureReader::Parser {
  dom::parser json;

  static Result<std::vector<FixtureTest>> tests(simdjson::simdjson_result<dom::element> parsed,
                                                FixtureForm form) {
    dom::object object;
    if (parsed.error() != simdjson::SUCCESS)
      return fail("cannot be read as JSON: " +
                  std::string(simdjson::error_message(parsed.error())));
    if (parsed.get(object) != simdjson::SUCCESS) return fail("an object of tests expected");
    std::vector<FixtureTest> tests;
    for (const auto& [name, element] : object) read_tests(tests, name, element, form);
    return tests;
  }
};

FixtureReader::FixtureReader(FixtureForm form) : parser_(std::make_unique<Parser>()), form_(form) {}

FixtureReader::~FixtureReader() = default;

Result<std::vector<FixtureTest>> FixtureReader::read(const std::string& path) {
  return Parser::tests(parser_->json.load(path), form_);
}

Result<std::vector<FixtureTest>> FixtureReader::parse(std::string_view json) {
  return Parser::tests(parser_->json.parse(json.data(), json.size()), form_);
}

std::string label(const FixtureCase& fixture_case) {
  return "[" + fixture_case.fork + " " + std::to_string(fixture_case.data_index) + "/" +
         std::to_string(fixture_case.gas_index) + "/" + std::to_string(fixture_case.value_index) +
         "]";
}

uint64_t case_id(const FixtureTest& test, const FixtureCase& fixture_case) {
  const std::string text = test.name + label(fixture_case);
  return from(keccak256({reinterpret_cast<const uint8_t*>(text.data()), text.size()})).w[0];
}

std::optional<Transaction> variant_of(const FixtureTest& test, const FixtureCase& fixture_case) {
  const FixtureTransaction& from = test.transaction;
  const std::optional<uint256>& value = from.values[fixture_case.value_index];
  if (!value) return std::nullopt;
  Transaction tx;
  tx.sender = from.sender;
  tx.to = from.to;
  tx.nonce = from.nonce;
  tx.gas_limit = from.gas_limits[fixture_case.gas_index];
  tx.value = *value;
  tx.data = from.data[fixture_case.data_index];
  tx.max_fee = from.max_fee ? *from.max_fee : *from.gas_price;
  tx.max_priority_fee = from.max_fee ? from.max_priority_fee.value_or(uint256{}) : *from.gas_price;
  tx.max_fee_per_blob_gas = from.max_fee_per_blob_gas.value_or(uint256{});
  if (from.blob_hashes) tx.blob_hashes = *from.blob_hashes;
  if (from.authorizations) tx.authorizations = *from.authorizations;
  const bool listed = fixture_case.data_index < from.access_lists.size() &&
                      from.access_lists[fixture_case.data_index].has_value();
  if (listed) tx.access_list = *from.access_lists[fixture_case.data_index];

  if (from.blob_hashes || from.max_fee_per_blob_gas)
    tx.type = TxType::blob;
  else if (from.authorizations)
    tx.type = TxType::set_code;
  else if (from.max_fee)
    tx.type = TxType::dynamic_fee;
  else if (listed)
    tx.type = TxType::access_list;
  if (tx.type != TxType::legacy) tx.chain_id = test.chain_id;
  return tx;
}

} // namespace runahead
