#include "statetest/fixture_fields.hpp"

namespace runahead::fixture_json {

void refuse(std::string_view field, std::string_view message) {
  throw Malformed{std::string(field) + ": " + std::string(message)};
}

std::string_view text_of(std::string_view field, dom::element element) {
  std::string_view text;
  if (element.get(text) != simdjson::SUCCESS) refuse(field, "text expected");
  return text;
}

dom::object object_of(std::string_view field, dom::element element) {
  dom::object object;
  if (element.get(object) != simdjson::SUCCESS) refuse(field, "an object expected");
  return object;
}

dom::array array_of(std::string_view field, dom::element element) {
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) refuse(field, "a list expected");
  return array;
}

uint256 word_of(std::string_view field, dom::element element) {
  return checked(field, parse_hex_quantity(text_of(field, element)));
}

uint64_t u64_of(std::string_view field, dom::element element) {
  return checked(field, parse_hex_u64(text_of(field, element)));
}

Bytes bytes_of(std::string_view field, dom::element element) {
  return checked(field, parse_hex_bytes(text_of(field, element)));
}

Address address_of(std::string_view field, dom::element element) {
  return checked(field, parse_address(text_of(field, element)));
}

Hash256 hash_of(std::string_view field, dom::element element) {
  return checked(field, parse_hash(text_of(field, element)));
}

std::optional<uint256> wide_word_of(std::string_view field, dom::element element) {
  constexpr std::string_view bigint = "0x:bigint ";
  std::string_view text = text_of(field, element);
  if (!text.starts_with(bigint)) return word_of(field, element);
  text.remove_prefix(bigint.size());
  constexpr size_t most_digits = 64;
  const size_t digits = text.starts_with("0x") ? text.find_first_not_of('0', 2) : 0;
  const bool is_hex = text.starts_with("0x") &&
                      text.find_first_not_of("0123456789abcdefABCDEF", 2) == std::string_view::npos;
  if (!is_hex) refuse(field, "a hex number expected behind `0x:bigint`");
  if (digits != std::string_view::npos && text.size() - digits > most_digits) return std::nullopt;
  return checked(field, parse_hex_quantity(text));
}

namespace {

Account read_account(dom::object object) {
  const Fields fields(object);
  Account account;
  account.balance = fields.required("balance", word_of);
  account.nonce = fields.required("nonce", u64_of);
  if (Bytes code = fields.required("code", bytes_of); !code.empty())
    account.code = make_bytecode(std::move(code));
  for (const auto& [slot, value] : object_of("storage", fields.at("storage"))) {
    const uint256 word = word_of(slot, value);
    // A zero in a file is a slot that is not there: no trie holds zeros.
    if (word) account.storage[checked(slot, parse_hex_quantity(slot))] = word;
  }
  return account;
}

} // namespace

AccountMap read_accounts(std::string_view field, dom::element element) {
  AccountMap accounts;
  for (const auto& [key, value] : object_of(field, element)) {
    const dom::element account = value;
    const std::string_view written = key;
    inside(field, [&] {
      const Address address = checked(written, parse_address(written));
      accounts[address] =
          inside(written, [&] { return read_account(object_of("account", account)); });
    });
  }
  return accounts;
}

BlobSchedule read_blob_schedule(const Fields& fields) {
  const uint64_t target = fields.required("target", u64_of), max = fields.required("max", u64_of),
                 fraction = fields.required("baseFeeUpdateFraction", u64_of);
  if (target > UINT32_MAX || max > UINT32_MAX) refuse("max", "more than 2^32 blobs");
  if (fraction == 0) refuse("baseFeeUpdateFraction", "is 0");
  return {static_cast<uint32_t>(target), static_cast<uint32_t>(max), fraction};
}

} // namespace runahead::fixture_json
