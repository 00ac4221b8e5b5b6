#include "differential/text_case.hpp"

#include "base/hex.hpp"
#include "spec/opcodes.hpp"

#include <algorithm>
#include <map>
#include <sstream>

namespace runahead::differential {
namespace {

/// Longest code a repetition may give.
constexpr uint64_t most_code_bytes = 1 << 20;

constexpr std::array<std::string_view, 3> level_names = {"off", "lean", "full"};

/// `0x…` or `0x…*n`.
Result<Bytes> parse_repeated(const std::string& text) {
  const size_t star = text.find('*');
  auto bytes = parse_hex_bytes(std::string_view(text).substr(0, star));
  if (!bytes || star == std::string::npos) return bytes;
  const auto times = parse_number(std::string_view(text).substr(star + 1));
  if (!times) return fail_at("repetition", times.error());
  if (*times > most_code_bytes / std::max<size_t>(bytes->size(), 1))
    return fail("repetition: more than a megabyte");
  Bytes all;
  for (uint64_t i = 0; i < times->w[0]; ++i) all.insert(all.end(), bytes->begin(), bytes->end());
  return all;
}

Result<int64_t> parse_gas(const std::string& text) {
  const auto number = parse_number(text);
  if (!number) return fail_at("gas", number.error());
  if (*number > uint64_t{1} << 40) return fail("gas: more than 2^40");
  return static_cast<int64_t>(number->w[0]);
}

/// Code as it is put together: what jumps name is known only at the end.
class CodeText {
public:
  Result<bool> add(const std::string& word) {
    if (word[0] == '@') {
      uses_.emplace_back(code_.size() + 1, word.substr(1));
      code_.insert(code_.end(), {OP_PUSH1 + 1, 0, 0});
      return true;
    }
    if (word[0] == ':') {
      places_[word.substr(1)] = code_.size();
      code_.push_back(OP_JUMPDEST);
      return true;
    }
    for (unsigned op = 0; op < 256; ++op)
      if (name_of_opcode(static_cast<uint8_t>(op)) == word) {
        code_.push_back(static_cast<uint8_t>(op));
        return true;
      }
    const auto part = parse_repeated(word);
    if (!part) return std::unexpected(part.error());
    code_.insert(code_.end(), part->begin(), part->end());
    return true;
  }

  Result<BytecodeRef> done() {
    for (const auto& [at, label] : uses_) {
      const auto place = places_.find(label);
      if (place == places_.end()) return fail("no :" + label);
      code_[at] = static_cast<uint8_t>(place->second >> 8);
      code_[at + 1] = static_cast<uint8_t>(place->second);
    }
    return make_bytecode(code_);
  }

private:
  Bytes code_;
  std::map<std::string, size_t> places_;
  std::vector<std::pair<size_t, std::string>> uses_;
};

class Parser {
public:
  Result<TextCase> parse(std::string_view text);

private:
  Result<bool> line(const std::string& text);
  Result<bool> account_field(const std::string& field, std::vector<std::string> words);
  Result<bool> expectation(const std::vector<std::string>& words);
  Result<bool> expected_rounds(const std::vector<std::string>& words);
  Result<bool> end_account();

  TextCase case_;
  Account* account_ = nullptr;
  CodeText code_; ///< of `account_`
};

Result<TextCase> Parser::parse(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string one;
  for (size_t number = 1; std::getline(lines, one); ++number)
    if (const auto read = line(one); !read)
      return fail_at("line " + std::to_string(number), read.error());
  if (const auto ended = end_account(); !ended) return std::unexpected(ended.error());
  if (case_.expectations.empty()) return fail("no line `expect`");
  return std::move(case_);
}

Result<bool> Parser::line(const std::string& text) {
  std::istringstream in(text.substr(0, text.find('#')));
  std::string field;
  if (!(in >> field)) return true;
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  if (field == "expect") return expectation(words);
  if (field == "rounds") return expected_rounds(words);
  if (field == "code" || field == "storage" || field == "balance" || field == "nonce")
    return account_field(field, std::move(words));
  if (words.size() != 1) return fail(field + ": one word expected");
  if (field == "account") {
    const auto address = parse_address(words[0]);
    if (!address) return fail_at(field, address.error());
    if (auto ended = end_account(); !ended) return ended;
    account_ = &case_.test.accounts[*address];
  } else if (field == "data") {
    auto data = parse_hex_bytes(words[0]);
    if (!data) return fail_at(field, data.error());
    case_.test.data = std::move(*data);
  } else if (field == "value") {
    const auto value = parse_number(words[0]);
    if (!value) return fail_at(field, value.error());
    case_.test.value = *value;
  } else {
    return fail("unknown item " + quoted_start(field));
  }
  return true;
}

Result<bool> Parser::account_field(const std::string& field, std::vector<std::string> words) {
  if (account_ == nullptr) return fail(field + ": no `account` before");
  if (field == "code") {
    for (const std::string& word : words)
      if (const auto added = code_.add(word); !added) return fail_at(field, added.error());
    return true;
  }
  if (words.size() != (field == "storage" ? 2 : 1)) return fail(field + ": wrong count of words");
  std::vector<uint256> numbers;
  for (const std::string& word : words) {
    const auto number = parse_number(word);
    if (!number) return fail_at(field, number.error());
    numbers.push_back(*number);
  }
  if (field == "balance")
    account_->balance = numbers[0];
  else if (field == "nonce")
    account_->nonce = numbers[0].w[0];
  else
    account_->storage[numbers[0]] = numbers[1];
  return true;
}

Result<bool> Parser::end_account() {
  if (account_ == nullptr) return true;
  const auto code = std::exchange(code_, {}).done();
  if (!code) return fail_at("code", code.error());
  account_->code = *code;
  return true;
}

Result<bool> Parser::expected_rounds(const std::vector<std::string>& words) {
  for (size_t i = 0; i + 1 < words.size(); i += 2) {
    const auto level = std::ranges::find(level_names, words[i]);
    if (level == level_names.end()) return fail("rounds: off, lean or full expected");
    const auto rounds = parse_number(words[i + 1]);
    if (!rounds) return fail_at("rounds", rounds.error());
    case_.rounds.push_back({static_cast<Speculation>(level - level_names.begin()), rounds->w[0]});
  }
  if (words.empty() || words.size() % 2 != 0)
    return fail("rounds: pairs of level and number expected");
  return true;
}

Result<bool> Parser::expectation(const std::vector<std::string>& words) {
  if (words.size() != 5) return fail("expect: forks, gas, status, gas left and output expected");
  Expectation e;
  const size_t dots = words[0].find("..");
  const auto first = parse_fork(words[0].substr(0, dots));
  if (!first) return fail_at("expect", first.error());
  const auto last = dots == std::string::npos ? first : parse_fork(words[0].substr(dots + 2));
  if (!last) return fail_at("expect", last.error());
  if (*last < *first) return fail("expect: forks in the wrong order");
  const auto gas = parse_gas(words[1]), gas_left = parse_gas(words[3]);
  if (!gas) return fail_at("expect", gas.error());
  if (!gas_left) return fail_at("expect", gas_left.error());
  auto output = parse_hex_bytes(words[4]);
  if (!output) return fail_at("expect", output.error());
  case_.expectations.push_back({*first, *last, *gas, words[2], *gas_left, std::move(*output)});
  return true;
}

} // namespace

Result<TextCase> parse_case(std::string_view text) { return Parser().parse(text); }

std::string print_case(const MachineCase& test, const Observation& expected) {
  std::ostringstream out;
  std::vector<Address> addresses;
  for (const auto& [address, account] : test.accounts) addresses.push_back(address);
  std::ranges::sort(addresses);
  for (const Address& address : addresses) {
    const Account& account = test.accounts.at(address);
    out << "account " << to_hex(address) << '\n';
    if (account.code != nullptr) out << "code " << to_hex(account.code->bytes) << '\n';
    if (account.balance) out << "balance " << to_hex(account.balance) << '\n';
    if (account.nonce != 0) out << "nonce " << account.nonce << '\n';
    std::vector<std::pair<uint256, uint256>> slots(account.storage.begin(), account.storage.end());
    std::ranges::sort(slots, [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [slot, value] : slots)
      out << "storage " << to_hex(slot) << ' ' << to_hex(value) << '\n';
  }
  if (!test.data.empty()) out << "data " << to_hex(test.data) << '\n';
  if (test.value) out << "value " << to_hex(test.value) << '\n';
  std::string status(name(expected.status));
  std::ranges::replace(status, ' ', '_');
  out << "expect " << name(test.fork) << ' ' << test.gas << ' ' << status << ' '
      << expected.gas_left << ' ' << to_hex(expected.output) << '\n';
  return out.str();
}

} // namespace runahead::differential
