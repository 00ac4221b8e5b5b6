// What a suite must know of a fixture format: how its files are read, and how its tests are run.
#pragma once

#include "base/result.hpp"
#include "machine/caches.hpp"
#include "statetest/verdict.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace runahead {

/// One test of a file with its cases. Used by one thread at a time; it may be read by one thread
/// and run by another.
class RunnableTest {
public:
  virtual ~RunnableTest() = default;

  virtual const std::string& name() const = 0;
  /// Not empty: the file is wrong here; there are no cases.
  virtual const std::string& problem() const = 0;
  virtual size_t case_count() const = 0;
  /// The rules the case is about, as the file calls them.
  virtual const std::string& fork(size_t index) const = 0;
  /// The case among those of its test: `[Cancun 0/1/2]`.
  virtual std::string label(size_t index) const = 0;
  /// The same number on every machine: the case's part of a seed.
  virtual uint64_t id(size_t index) const = 0;
  virtual CaseResult run(size_t index, Caches& caches) = 0;
};

/// Reads files; one for each thread.
class TestReader {
public:
  virtual ~TestReader() = default;
  /// The file's tests in its order. An error means that nothing of the file can be used.
  virtual Result<std::vector<std::unique_ptr<RunnableTest>>> read(const std::string& path) = 0;
};

/// Used by all threads.
class TestFormat {
public:
  virtual ~TestFormat() = default;
  virtual std::unique_ptr<TestReader> make_reader() const = 0;
  /// The one way to write a fork's name, in which the names of cases and of the command line are
  /// compared. Refuses a name that no file could have.
  virtual Result<std::string> fork_name(std::string_view text) const = 0;
};

} // namespace runahead
