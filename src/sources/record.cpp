#include "sources/record.hpp"

#include "base/limits.hpp"
#include "io/json_writer.hpp"
#include "sources/json_fields.hpp"
#include "sources/text_file.hpp"

#include <unordered_set>
#include <utility>

namespace runahead {
namespace {

constexpr std::string_view format = "runahead-recording 1";

bool has_slot(StateKind kind) {
  return kind == StateKind::storage || kind == StateKind::block_hash;
}

void write_read(JsonWriter& out, const Answer& read) {
  const StateKey& key = read.key;
  out.begin_object().key("kind").text(name(key.kind));
  if (key.kind != StateKind::block_hash) out.key("address").hex(key.address);
  if (has_slot(key.kind)) out.key("slot").quantity(key.slot);
  if (!read.value) {
    const Unavailable& error = read.value.error();
    out.key("error").begin_object().key("source").text(error.source);
    out.key("cause").text(error.cause).key("transient").boolean(error.transient).end_object();
  } else if (key.kind == StateKind::code) {
    out.key("value").hex(read.value->code->bytes);
  } else {
    out.key("value").quantity(read.value->word);
  }
  out.end_object();
}

Result<StateKind> json_kind(const Json& value) {
  constexpr unsigned kinds = static_cast<unsigned>(StateKind::block_hash) + 1;
  if (value.is_string())
    for (unsigned i = 0; i < kinds; ++i)
      if (name(static_cast<StateKind>(i)) == value.get_ref<const std::string&>())
        return static_cast<StateKind>(i);
  return fail("expected a kind of state, got " + describe(value));
}

Result<std::string> json_text(const Json& value) {
  if (!value.is_string()) return fail("expected text, got " + describe(value));
  return value.get<std::string>();
}

Result<bool> json_bool(const Json& value) {
  if (!value.is_boolean()) return fail("expected true or false, got " + describe(value));
  return value.get<bool>();
}

Result<Unavailable> json_failure(const Json& value) {
  if (!value.is_object()) return fail("expected an object, got " + describe(value));
  Unavailable failure;
  JsonFields fields(value, "");
  fields.require("source", failure.source, json_text);
  fields.require("cause", failure.cause, json_text);
  fields.require("transient", failure.transient, json_bool);
  if (!fields.result()) return std::unexpected(fields.result().error());
  return failure;
}

Result<Answer> json_read(const Json& json) {
  constexpr std::array<std::string_view, 5> known = {"kind", "address", "slot", "value", "error"};
  if (!json.is_object()) return fail("expected an object, got " + describe(json));
  Answer read;
  JsonFields fields(json, "");
  fields.refuse_unknown(known);
  fields.require("kind", read.key.kind, json_kind);
  if (read.key.kind != StateKind::block_hash)
    fields.require("address", read.key.address, json_address);
  if (has_slot(read.key.kind)) fields.require("slot", read.key.slot, json_quantity);
  Unavailable failure;
  Bytes code;
  StateValue value;
  if (fields.read("error", failure, json_failure)) {
    read.value = std::unexpected(std::move(failure));
  } else if (read.key.kind == StateKind::code) {
    fields.require("value", code, json_bytes);
    value.code = make_bytecode(std::move(code));
    read.value = value;
  } else {
    fields.require("value", value.word, json_quantity);
    read.value = value;
  }
  if (!fields.result()) return std::unexpected(fields.result().error());
  return read;
}

} // namespace

std::string to_json(const Recording& recording) {
  JsonWriter out;
  out.begin_object().key("format").text(format).key("context").raw(recording.context);
  out.key("reads").begin_array();
  for (const Answer& read : recording.reads) write_read(out, read);
  return out.end_array().end_object().take();
}

Result<Recording> parse_recording(std::string_view text) {
  const auto json = parse_json_text(text);
  if (!json) return std::unexpected(json.error());
  if (!json->is_object() || !json->contains("format"))
    return fail("is not a recording: it names no format");
  if (json->at("format") != format)
    return fail("format: expected '" + std::string(format) + "', got " +
                describe(json->at("format")));
  const auto reads = json->find("reads");
  if (reads == json->end() || !reads->is_array()) return fail("reads: expected an array");
  Recording recording;
  if (json->contains("context")) recording.context = json->at("context").dump();
  std::unordered_set<StateKey> seen;
  for (size_t i = 0; i < reads->size(); ++i) {
    const std::string place = "reads[" + std::to_string(i) + "]";
    auto read = json_read((*reads)[i]);
    if (!read) return fail_at(place, read.error());
    if (!seen.insert(read->key).second) return fail(place + ": " + to_string(read->key) + " again");
    recording.reads.push_back(std::move(*read));
  }
  return recording;
}

Result<Recording> load_recording(const std::string& path) {
  return load_text_file(path, limits::alloc_file_bytes, parse_recording);
}

Result<void> save_recording(const std::string& path, const Recording& recording) {
  return write_text_file(path, to_json(recording) + "\n");
}

void RecordSource::read(std::vector<StateKey> keys, AnswerSink sink) {
  inner_.read(std::move(keys),
              [this, alive = alive_, sink = std::move(sink)](std::vector<Answer> answers) mutable {
                if (!*alive) return;
                for (const Answer& answer : answers) keep(answer);
                sink(std::move(answers));
              });
}

void RecordSource::keep(const Answer& answer) {
  const auto [found, is_new] = place_.emplace(answer.key, reads_.size());
  if (is_new)
    reads_.push_back(answer);
  else
    reads_[found->second] = answer;
}

ReplaySource::ReplaySource(const std::vector<Answer>& reads, std::string name)
    : name_(std::move(name)) {
  for (const Answer& read : reads) values_.emplace(read.key, read.value);
}

size_t ReplaySource::batch_limit() const { return limits::batch_keys; }

void ReplaySource::read(std::vector<StateKey> keys, AnswerSink sink) {
  std::vector<Answer> answers;
  answers.reserve(keys.size());
  for (const StateKey& key : keys) {
    const auto found = values_.find(key);
    if (found != values_.end())
      answers.push_back({key, found->second});
    else
      answers.push_back(
          {key, std::unexpected(Unavailable{name_, to_string(key) + " was not recorded", false})});
  }
  sink(std::move(answers));
}

} // namespace runahead
