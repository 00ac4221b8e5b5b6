// Where state comes from. A source is asked for many keys at once and answers later; it is the only
// thing below the read broker that knows about files, sockets or time.
#pragma once

#include "base/bytes.hpp"
#include "state/key.hpp"
#include "state/value.hpp"

#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace runahead {

/// State that could not be read: which source, and why. Never silently a zero.
struct Unavailable {
  std::string source;     ///< as a person knows it: a URL without secrets, a path
  std::string cause;      ///< one sentence
  bool transient = false; ///< asking again may succeed (time-out, refused connection, 429)
};

struct Answer {
  StateKey key;
  std::expected<StateValue, Unavailable> value;
};

/// Takes answers as they come; may be called several times for one read.
using AnswerSink = std::move_only_function<void(std::vector<Answer>)>;

/// State of one pinned block. Used from one thread, the loop's.
class StateSource {
public:
  virtual ~StateSource() = default;

  virtual std::string_view name() const = 0;

  /// True if an absent key is known to be zero or empty (an account file, a test's pre-state).
  virtual bool complete() const = 0;

  /// The most keys one read may carry; at least 1.
  virtual size_t batch_limit() const = 0;

  /// Starts reading `keys` (distinct, at most `batch_limit()`). Each is answered exactly once;
  /// answers to keys nobody asked for may come too. `sink` is called on the loop's thread, possibly
  /// before `read` returns, and is destroyed once every key is answered. A source that is destroyed
  /// calls no sink any more.
  virtual void read(std::vector<StateKey> keys, AnswerSink sink) = 0;
};

} // namespace runahead
