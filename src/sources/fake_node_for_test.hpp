// Nodes for tests: answer JSON-RPC over HTTP from a state in memory, and misbehave on demand.
#pragma once

#include "base/hex.hpp"
#include "io/http_server.hpp"
#include "sources/memory.hpp"
#include "state/state_trie.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace runahead {

/// What a node would answer, without a server.
class FakeAnswers {
public:
  using Json = nlohmann::json;

  static Hash256 hash_of(uint64_t number) { return to_hash(uint256(0xb10c0000 + number)); }
  /// Takes the place of a made-up block.
  std::map<uint64_t, Json> blocks;
  /// If it is set, proofs are real: of this state, whatever `accounts` says.
  std::shared_ptr<StateTrie> trie;

  Json block_of(uint64_t number) const {
    const auto found = blocks.find(number);
    return found == blocks.end() ? block(number) : found->second;
  }
  static Json block(uint64_t number) {
    return {{"hash", to_hex(hash_of(number))},
            {"parentHash", to_hex(hash_of(number - 1))},
            {"number", to_hex(uint256(number))},
            {"timestamp", to_hex(uint256(1000 + number))},
            {"gasLimit", "0x3938700"},
            {"miner", "0x00000000000000000000000000000000000000cb"},
            {"difficulty", "0x0"},
            {"mixHash", to_hex32(0x7a4d)},
            {"baseFeePerGas", "0xf2c"},
            {"excessBlobGas", "0xa00000"}};
  }

  /// Methods of every request so far, in order, one list a request.
  std::vector<std::vector<std::string>> methods() const {
    std::vector<std::vector<std::string>> out;
    for (const Json& request : requests) {
      out.emplace_back();
      for (const Json& call : request.is_array() ? request : Json::array({request}))
        out.back().push_back(call.at("method"));
    }
    return out;
  }

  AccountMap accounts;
  uint64_t head = 97;
  Json eth_config;           ///< null: the method does not exist
  bool takes_batches = true; ///< else a batch is answered with a single error
  size_t batch_limit = SIZE_MAX;
  bool takes_hash_objects = true; ///< EIP-1898
  bool has_storage_values = false, has_account_info = false;
  bool runs_programs = false;   ///< eth_call with the overrides of rpc_programs.hpp
  size_t most_slots = SIZE_MAX; ///< in one call
  std::function<void(Json& item, const Json& call)> twist; ///< of each answer
  std::function<void(Json& answer)> twist_all;             ///< of a whole answer
  std::vector<Json> requests;

  Json answer(const Json& request) {
    Json out;
    if (!request.is_array()) {
      out = answer_one(request);
    } else if (!takes_batches || request.size() > batch_limit) {
      out = error(-32600, takes_batches ? "batch too large" : "batch requests are not supported");
      out["jsonrpc"] = "2.0";
      out["id"] = nullptr;
    } else {
      out = Json::array();
      for (const Json& call : request) out.push_back(answer_one(call));
    }
    if (twist_all) twist_all(out);
    return out;
  }

private:
  static Json error(int code, const std::string& message) {
    return {{"error", {{"code", code}, {"message", message}}}};
  }

  Json answer_one(const Json& call) {
    Json item = value_of(call);
    item["jsonrpc"] = "2.0";
    item["id"] = call.at("id");
    if (twist) twist(item, call);
    return item;
  }

  Json value_of(const Json& call) {
    const std::string method = call.at("method");
    const Json& params = call.at("params");
    if (method == "eth_chainId") return {{"result", "0x7a69"}};
    if (method == "eth_config" && !eth_config.is_null()) return {{"result", eth_config}};
    if (method == "eth_getBlockByHash") {
      for (uint64_t n = 1; n <= head; ++n)
        if (params[0] == block_of(n).at("hash")) return {{"result", block_of(n)}};
      return {{"result", nullptr}};
    }
    if (method == "eth_getBlockByNumber") {
      const std::string id = params[0];
      const uint64_t number = id == "latest" ? head : *parse_hex_u64(id);
      return {{"result", number <= head ? block_of(number) : Json(nullptr)}};
    }
    return state_value(method, params);
  }

  Json state_value(const std::string& method, const Json& params) {
    const bool known = (method != "eth_getStorageValues" || has_storage_values) &&
                       (method != "eth_getAccountInfo" || has_account_info) &&
                       (method != "eth_call" || runs_programs);
    if (params.empty() || !known) return error(-32601, "the method does not exist");
    const Json& at = method == "eth_call" ? params[1] : params.back();
    if (at.is_object() && !takes_hash_objects)
      return error(-32602, "invalid argument 1: cannot unmarshal object into a block number");
    if (at.is_object() && at.at("blockHash") != block_of(head).at("hash"))
      return error(-32000, "header not found");
    if (method == "eth_getStorageValues") return storage_values(params[0]);
    if (method == "eth_call") return run_program(params);
    const auto address = parse_address(params[0].get<std::string>());
    if (!address) return error(-32602, "bad address");
    const Account& account = accounts[*address];
    if (method == "eth_getBalance") return {{"result", to_hex(account.balance)}};
    if (method == "eth_getTransactionCount") return {{"result", to_hex(uint256(account.nonce))}};
    if (method == "eth_getCode") return {{"result", code_of(account)}};
    if (method == "eth_getAccountInfo")
      return {{"result",
               {{"balance", to_hex(account.balance)},
                {"nonce", to_hex(uint256(account.nonce))},
                {"code", code_of(account)}}}};
    if (method == "eth_getStorageAt") {
      const auto slot = account.storage.find(*parse_hex_quantity(params[1].get<std::string>()));
      return {{"result", to_hex32(slot == account.storage.end() ? uint256{} : slot->second)}};
    }
    if (method == "eth_getProof" && trie) return prove(*address, params[1]);
    if (method == "eth_getProof")
      return {{"result",
               {{"storageHash",
                 account.storage.empty()
                     ? "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                     : to_hex32(0x1234)}}}};
    return error(-32601, "the method does not exist");
  }

  static Json nodes(const TrieProof& proof) {
    Json out = Json::array();
    for (const Bytes& node : proof) out.push_back(to_hex(node));
    return out;
  }
  Json prove(const Address& address, const Json& slots) {
    const TrieAccount account = trie->account(address).value_or(TrieAccount{});
    Json entries = Json::array();
    for (const Json& text : slots) {
      const uint256 slot = *parse_hex_quantity(text.get<std::string>());
      entries.push_back({{"key", text},
                         {"value", to_hex(trie->storage(address, slot))},
                         {"proof", nodes(trie->prove_storage(address, slot))}});
    }
    return {{"result",
             {{"address", to_hex(address)},
              {"balance", to_hex(account.balance)},
              {"nonce", to_hex(uint256(account.nonce))},
              {"codeHash", to_hex(account.code_hash)},
              {"storageHash", to_hex(account.storage_root)},
              {"accountProof", nodes(trie->prove_account(address))},
              {"storageProof", entries}}}};
  }

  static std::string code_of(const Account& account) {
    return to_hex(account.code ? account.code->bytes : Bytes{});
  }
  uint256 word_of(const Address& address, const uint256& slot) {
    const auto& storage = accounts[address].storage;
    const auto found = storage.find(slot);
    return found == storage.end() ? uint256{} : found->second;
  }

  Json storage_values(const Json& asked) {
    Json result = Json::object();
    size_t slots = 0;
    for (const auto& [address, keys] : asked.items())
      for (const Json& key : keys) {
        ++slots;
        result[address].push_back(to_hex32(
            word_of(*parse_address(address), *parse_hex_quantity(key.get<std::string>()))));
      }
    if (slots > most_slots) return error(-32602, "too many slots");
    return {{"result", result}};
  }

  /// Tells what the programs would return, by the call data that they take. Only the one for slots
  /// needs the code of further accounts replaced.
  Json run_program(const Json& params) {
    const Bytes data = *parse_hex_bytes(params[0].at("data").get<std::string>());
    const auto word = [&](size_t i) { return load_be(data.data() + 32 * i); };
    const size_t words = data.size() / 32;
    Bytes out;
    const auto put = [&](const uint256& x) {
      const Hash256 bytes = to_hash(x);
      out.insert(out.end(), bytes.bytes.begin(), bytes.bytes.end());
    };
    if (params[2].size() > 1) {
      if (words > most_slots) return error(-32000, "out of gas");
      for (size_t i = 0; i < words;) {
        const Address address = to_address(word(i));
        const size_t end = i + 2 + word(i + 1).w[0] / 32;
        for (i += 2; i < end; ++i) put(word_of(address, word(i)));
      }
    } else {
      for (size_t i = 0; i < words; ++i) {
        const Account& account = accounts[to_address(word(i))];
        const BytecodeRef code = account.code ? account.code : make_bytecode({});
        put(account.balance);
        put(account.empty() ? uint256{} : from(code->hash));
        put(code->bytes.size());
        if (!(word(i) >> 255).is_zero())
          out.insert(out.end(), code->bytes.begin(), code->bytes.end());
      }
    }
    return {{"result", to_hex(out)}};
  }
};

/// The same behind a server.
class FakeNode : public FakeAnswers {
public:
  explicit FakeNode(EventLoop& loop) : loop_(loop) {
    server_ =
        std::move(*HttpServer::listen(loop, {}, [this](std::string body, Responder responder) {
          take(body, std::move(responder));
        }));
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  Duration delay{0};
  std::optional<std::pair<unsigned, std::string>> instead; ///< status and body of every answer

private:
  void take(const std::string& body, Responder responder) {
    const Json request = Json::parse(body);
    requests.push_back(request);
    std::pair<unsigned, std::string> out = {200, ""};
    if (instead)
      out = *instead;
    else
      out.second = answer(request).dump();
    loop_.after(delay, [out, responder = std::move(responder)]() mutable {
      responder.answer(out.first, out.second);
    });
  }

  EventLoop& loop_;
  std::unique_ptr<HttpServer> server_;
};

} // namespace runahead
