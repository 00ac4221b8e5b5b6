#include "statetest/block_fixture.hpp"

#include "block/block.hpp"
#include "statetest/block_network.hpp"
#include "statetest/fixture_fields.hpp"

#include <algorithm>

namespace runahead {
namespace {

using namespace fixture_json;

template <size_t n>
std::array<uint8_t, n> array_of_bytes(std::string_view field, dom::element element) {
  const Bytes bytes = bytes_of(field, element);
  std::array<uint8_t, n> array;
  if (bytes.size() != n) refuse(field, std::to_string(n) + " bytes expected");
  std::ranges::copy(bytes, array.begin());
  return array;
}

BlockHeader read_header_fields(dom::object object) {
  const Fields fields(object);
  BlockHeader h;
  h.parent_hash = fields.required("parentHash", hash_of);
  h.ommers_hash = fields.required("uncleHash", hash_of);
  h.coinbase = fields.required("coinbase", address_of);
  h.state_root = fields.required("stateRoot", hash_of);
  h.transactions_root = fields.required("transactionsTrie", hash_of);
  h.receipts_root = fields.required("receiptTrie", hash_of);
  h.logs_bloom.bytes = fields.required("bloom", array_of_bytes<256>);
  h.difficulty = fields.required("difficulty", word_of);
  h.number = fields.required("number", u64_of);
  h.gas_limit = fields.required("gasLimit", u64_of);
  h.gas_used = fields.required("gasUsed", u64_of);
  h.timestamp = fields.required("timestamp", u64_of);
  h.extra_data = fields.required("extraData", bytes_of);
  h.mix_hash = fields.required("mixHash", hash_of);
  h.nonce = fields.required("nonce", array_of_bytes<8>);
  h.base_fee = fields.optional("baseFeePerGas", word_of);
  h.withdrawals_root = fields.optional("withdrawalsRoot", hash_of);
  h.blob_gas_used = fields.optional("blobGasUsed", u64_of);
  h.excess_blob_gas = fields.optional("excessBlobGas", u64_of);
  h.parent_beacon_root = fields.optional("parentBeaconBlockRoot", hash_of);
  h.requests_hash = fields.optional("requestsHash", hash_of);
  if (const Hash256 hash = fields.required("hash", hash_of); header_hash(h) != hash)
    refuse("hash", "is not that of the header, " + to_hex(header_hash(h)));
  return h;
}

void check_genesis_rlp(const Fields& fields, const BlockHeader& genesis) {
  const auto rlp = fields.optional("genesisRLP", bytes_of);
  if (!rlp) return;
  const Block block = checked("genesisRLP", decode_block(*rlp));
  if (!(block.header == genesis)) refuse("genesisRLP", "is not the genesisBlockHeader");
}

/// `expectException`, or the one of the network among `expectExceptionFrontier` …, or
/// `expectExceptionALL`.
std::string read_exception(const Fields& fields, const std::string& network) {
  for (const std::string& suffix : {std::string(), network, std::string("ALL")})
    if (const auto text = fields.optional("expectException" + suffix, text_of))
      return std::string(*text);
  return {};
}

FixtureBlock read_block_entry(dom::element element, const std::string& network) {
  const Fields fields(object_of("block", element));
  FixtureBlock block;
  block.rlp = fields.required("rlp", bytes_of);
  block.exception = read_exception(fields, network);
  const auto header = fields.optional("blockHeader", object_of);
  block.valid = header.has_value();
  if (block.valid && !block.exception.empty())
    refuse("expectException", "of a block with blockHeader, which is valid");
  if (header) block.hash = Fields(*header).required("hash", hash_of);
  return block;
}

void read_network(BlockFixture& test, const Fields& fields) {
  test.network = fields.required("network", text_of);
  uint64_t chain_id = 1;
  BlobSchedules blobs;
  if (const auto config = fields.optional("config", object_of))
    inside("config", [&] {
      const Fields settings(*config);
      chain_id = settings.optional("chainid", u64_of).value_or(1);
      const auto schedules = settings.optional("blobSchedule", object_of);
      if (!schedules) return;
      for (const auto& [fork, value] : *schedules) {
        const Fields schedule(object_of(fork, value));
        blobs.emplace(fork, inside(fork, [&] { return read_blob_schedule(schedule); }));
      }
    });
  test.schedule = checked("network", parse_network(test.network, blobs, chain_id));
}

BlockFixture read_test(std::string_view name, dom::element element) {
  BlockFixture test;
  test.name = name;
  try {
    const Fields fields(object_of("test", element));
    read_network(test, fields);
    const dom::object genesis = fields.required("genesisBlockHeader", object_of);
    test.genesis = inside("genesisBlockHeader", [&] { return read_header_fields(genesis); });
    check_genesis_rlp(fields, test.genesis);
    test.pre = fields.required("pre", read_accounts);
    size_t position = 0;
    for (const dom::element block : array_of("blocks", fields.at("blocks"))) {
      const std::string place = "blocks[" + std::to_string(position++) + "]";
      test.blocks.push_back(inside(place, [&] { return read_block_entry(block, test.network); }));
    }
    test.last_block_hash = fields.required("lastblockhash", hash_of);
    test.post = fields.optional("postState", read_accounts);
    test.post_state_root = fields.optional("postStateHash", hash_of);
    if (!test.post && !test.post_state_root) refuse("postState", "is missing");
    test.sealed = fields.optional("sealEngine", text_of).value_or("NoProof") == "Ethash";
  } catch (Malformed& malformed) {
    test.problem = std::move(malformed.message);
  }
  return test;
}

} // namespace

struct BlockFixtureReader::Parser {
  dom::parser json;

  static Result<std::vector<BlockFixture>> tests(simdjson::simdjson_result<dom::element> parsed) {
    dom::object object;
    if (parsed.error() != simdjson::SUCCESS)
      return fail("cannot be read as JSON: " +
                  std::string(simdjson::error_message(parsed.error())));
    if (parsed.get(object) != simdjson::SUCCESS) return fail("an object of tests expected");
    std::vector<BlockFixture> tests;
    for (const auto& [name, element] : object) tests.push_back(read_test(name, element));
    return tests;
  }
};

BlockFixtureReader::BlockFixtureReader() : parser_(std::make_unique<Parser>()) {}

BlockFixtureReader::~BlockFixtureReader() = default;

Result<std::vector<BlockFixture>> BlockFixtureReader::read(const std::string& path) {
  return Parser::tests(parser_->json.load(path));
}

Result<std::vector<BlockFixture>> BlockFixtureReader::parse(std::string_view json) {
  return Parser::tests(parser_->json.parse(json.data(), json.size()));
}

} // namespace runahead
