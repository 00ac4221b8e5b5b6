#include "statetest/replay_case.hpp"

#include "base/limits.hpp"
#include "sources/text_file.hpp"
#include "statetest/fixture_fields.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace runahead {
namespace {

namespace fs = std::filesystem;
using namespace fixture_json;

using Codes = std::unordered_map<Hash256, BytecodeRef>;

/// Names that are numbers in their order, others behind them.
auto order_of(const std::string& folder) {
  const std::string name = fs::path(folder).filename().string();
  const auto number = parse_decimal(name);
  return std::tuple(!number, number ? *number : uint256{}, folder);
}

/// Parses the file and hands its object to `read`, which may throw Malformed.
template <class Read>
Result<void> read_file(const std::string& path, Read read) {
  const auto text = read_text_file(path, limits::alloc_file_bytes);
  if (!text) return std::unexpected(text.error());
  dom::parser parser;
  dom::object object;
  const auto parsed = parser.parse(*text);
  if (parsed.error() != simdjson::SUCCESS)
    return fail(
        path + ": cannot be read as JSON: " + std::string(simdjson::error_message(parsed.error())));
  if (parsed.get(object) != simdjson::SUCCESS) return fail(path + ": an object expected");
  try {
    read(object);
  } catch (Malformed& malformed) {
    return fail(path + ": " + malformed.message);
  }
  return {};
}

Codes read_codes(dom::object object) {
  Codes codes;
  for (const auto& [key, value] : object) {
    const Hash256 hash = checked(key, parse_hash(key));
    BytecodeRef code = make_bytecode(bytes_of(key, value));
    if (code->hash != hash) refuse(key, "is not the hash of its code, " + to_hex(code->hash));
    codes.emplace(hash, std::move(code));
  }
  return codes;
}

/// A JSON number, or hexadecimal text.
uint64_t count_of(std::string_view field, dom::element element) {
  uint64_t count = 0;
  if (element.get(count) == simdjson::SUCCESS) return count;
  return u64_of(field, element);
}

Account read_account(const Fields& fields, const Codes& codes) {
  Account account;
  account.balance = fields.required("balance", word_of);
  account.nonce = fields.required("nonce", count_of);
  if (const auto hash = fields.optional("code_hash", hash_of)) {
    const auto code = codes.find(*hash);
    if (code == codes.end() && *hash != make_bytecode({})->hash)
      refuse("code_hash", to_hex(*hash) + " is not among the codes");
    if (code != codes.end()) account.code = code->second;
  }
  if (const auto storage = fields.optional("storage", object_of))
    for (const auto& [slot, value] : *storage)
      account.storage[checked(slot, parse_hex_quantity(slot))] = word_of(slot, value);
  return account;
}

void read_state(dom::object object, const Codes& codes, AccountMap& accounts) {
  for (const auto& [key, value] : object) {
    const std::string_view address = key;
    const dom::element element = value;
    inside(address, [&] {
      const Fields fields(object_of("account", element));
      accounts[checked(address, parse_address(address))] = read_account(fields, codes);
    });
  }
}

void read_block_hashes(dom::object object, std::unordered_map<uint64_t, Hash256>& hashes) {
  for (const auto& [key, value] : object) {
    const uint256 number = checked(key, parse_decimal(key));
    if (!number.fits_u64()) refuse(key, "is no block number");
    hashes[number.w[0]] = hash_of(key, value);
  }
}

} // namespace

Result<std::vector<std::string>> find_replay_folders(const std::vector<std::string>& paths) {
  std::vector<std::string> folders;
  for (const std::string& path : paths) {
    std::error_code error;
    const size_t before = folders.size();
    if (fs::exists(fs::path(path) / "block.json", error)) {
      folders.push_back(path);
      continue;
    }
    fs::recursive_directory_iterator walk(path, error), end;
    for (; !error && walk != end; walk.increment(error))
      if (walk->path().filename() == "block.json")
        folders.push_back(walk->path().parent_path().string());
    if (error) return fail(path + ": " + error.message());
    if (folders.size() == before) return fail(path + ": no block.json in this folder");
  }
  std::ranges::sort(folders, {}, order_of);
  const auto repeated = std::ranges::unique(folders);
  folders.erase(repeated.begin(), repeated.end());
  return folders;
}

Result<ReplayCase> read_replay_case(const std::string& folder) {
  const fs::path path(folder);
  ReplayCase result;
  result.folder = folder;
  const std::string block_path = (path / "block.json").string();
  const auto text = read_text_file(block_path, limits::alloc_file_bytes);
  if (!text) return std::unexpected(text.error());
  auto block = parse_json_block(*text);
  if (!block) return fail_at(block_path, block.error());
  result.block = std::move(*block);

  Codes codes;
  auto done = read_file((path / "codes.json").string(),
                        [&](dom::object object) { codes = read_codes(object); });
  if (!done) return std::unexpected(done.error());
  done = read_file((path / "pre_state.json").string(),
                   [&](dom::object object) { read_state(object, codes, result.accounts); });
  if (!done) return std::unexpected(done.error());
  for (const fs::path& place : {path, fs::absolute(path).parent_path()}) {
    std::error_code error;
    const fs::path hashes = place / "block_hashes.json";
    if (!fs::exists(hashes, error)) continue;
    done = read_file(hashes.string(),
                     [&](dom::object object) { read_block_hashes(object, result.block_hashes); });
    if (!done) return std::unexpected(done.error());
    break;
  }
  return result;
}

} // namespace runahead
