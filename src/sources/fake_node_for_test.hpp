// A node for tests: answers JSON-RPC over HTTP from a state in memory, and misbehaves on demand.
#pragma once

#include "base/hex.hpp"
#include "io/http_server.hpp"
#include "sources/memory.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace runahead {

class FakeNode {
public:
  using Json = nlohmann::json;

  explicit FakeNode(EventLoop& loop) : loop_(loop) {
    server_ =
        std::move(*HttpServer::listen(loop, {}, [this](std::string body, Responder responder) {
          take(body, std::move(responder));
        }));
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()); }

  static Hash256 hash_of(uint64_t number) { return to_hash(uint256(0xb10c0000 + number)); }
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
  Duration delay{0};
  std::function<void(Json& item, const Json& call)> twist; ///< of each answer
  std::function<void(Json& answer)> twist_all;             ///< of a whole answer
  std::optional<std::pair<unsigned, std::string>> instead; ///< status and body of every answer
  std::vector<Json> requests;

private:
  static Json error(int code, const std::string& message) {
    return {{"error", {{"code", code}, {"message", message}}}};
  }

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
        if (params[0] == to_hex(hash_of(n))) return {{"result", block(n)}};
      return {{"result", nullptr}};
    }
    if (method == "eth_getBlockByNumber") {
      const std::string id = params[0];
      const uint64_t number = id == "latest" ? head : *parse_hex_u64(id);
      return {{"result", number <= head ? block(number) : Json(nullptr)}};
    }
    return state_value(method, params);
  }

  Json state_value(const std::string& method, const Json& params) {
    if (params.empty()) return error(-32601, "the method does not exist");
    const Json& at = params.back();
    if (at.is_object() && !takes_hash_objects)
      return error(-32602, "invalid argument 1: cannot unmarshal object into a block number");
    if (at.is_object() && at.at("blockHash") != to_hex(hash_of(head)))
      return error(-32000, "header not found");
    const auto address = parse_address(params[0].get<std::string>());
    if (!address) return error(-32602, "bad address");
    const Account& account = accounts[*address];
    if (method == "eth_getBalance") return {{"result", to_hex(account.balance)}};
    if (method == "eth_getTransactionCount") return {{"result", to_hex(uint256(account.nonce))}};
    if (method == "eth_getCode")
      return {{"result", to_hex(account.code ? account.code->bytes : Bytes{})}};
    if (method == "eth_getStorageAt") {
      const auto slot = account.storage.find(*parse_hex_quantity(params[1].get<std::string>()));
      return {{"result", to_hex32(slot == account.storage.end() ? uint256{} : slot->second)}};
    }
    if (method == "eth_getProof")
      return {{"result",
               {{"storageHash",
                 account.storage.empty()
                     ? "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                     : to_hex32(0x1234)}}}};
    return error(-32601, "the method does not exist");
  }

  EventLoop& loop_;
  std::unique_ptr<HttpServer> server_;
};

} // namespace runahead
