#include "statetest/suite.hpp"

#include "base/hex.hpp"
#include "statetest/fixture_files.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <numeric>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>

namespace runahead {
namespace {

// Which cases ------------------------------------------------------------------------------------

class Selection {
public:
  static Result<Selection> make(const SuiteOptions& options, const TestFormat& format) {
    Selection selection(options, format);
    for (const std::string& text : options.forks) {
      Result<std::string> fork = format.fork_name(text);
      if (!fork) return std::unexpected(fork.error());
      selection.forks_.push_back(std::move(*fork));
    }
    return selection;
  }

  /// A broken test or file has no fork and no id; only the filter can leave it out.
  bool takes(const std::string& described) const {
    return described.find(options_->filter) != std::string::npos;
  }

  bool takes(const std::string& path, const RunnableTest& test, size_t index) const {
    if (!forks_.empty()) {
      const Result<std::string> fork = format_->fork_name(test.fork(index));
      if (!fork || std::ranges::count(forks_, *fork) == 0) return false;
    }
    const Sample& sample = options_->sample;
    const bool drawn = sample.keep == sample.of ||
                       mix64(test.id(index) ^ mix64(sample.seed)) % sample.of < sample.keep;
    if (!drawn) return false;
    return options_->filter.empty() || takes(path + " :: " + test.name() + " " + test.label(index));
  }

private:
  Selection(const SuiteOptions& options, const TestFormat& format)
      : options_(&options), format_(&format) {}

  const SuiteOptions* options_;
  const TestFormat* format_;
  std::vector<std::string> forks_;
};

// Running ----------------------------------------------------------------------------------------

void add(Counts& counts, Verdict verdict) {
  switch (verdict) {
  case Verdict::passed: ++counts.passed; break;
  case Verdict::failed: ++counts.failed; break;
  case Verdict::skipped: ++counts.skipped; break;
  }
}

void add(Counts& counts, const Counts& more) {
  counts.passed += more.passed;
  counts.failed += more.failed;
  counts.skipped += more.skipped;
}

/// A failure with its place in the order of files, tests and cases.
struct PlacedFailure {
  std::array<size_t, 3> place;
  Failure failure;
};

/// What one thread has counted.
struct Tally {
  SuiteReport report; ///< but its failures
  std::vector<PlacedFailure> failures;
};

/// One test that waits for a thread.
struct Task {
  size_t file = 0, position = 0; ///< of the test in the file
  std::unique_ptr<RunnableTest> test;
};

/// What the threads share: files not read yet, and tests of files that were read. A thread takes a
/// test where there is one, so that a file of slow tests occupies all of them.
class Queue {
public:
  explicit Queue(std::vector<FixtureFile> files) : files_(std::move(files)), order_(files_.size()) {
    std::iota(order_.begin(), order_.end(), size_t{0});
    // Taken from the back: first what ethereum/tests itself calls time consuming, then the
    // largest, so that no thread is left alone with one of them at the end.
    std::ranges::sort(order_, {}, [&](size_t i) {
      const bool slow = files_[i].path.find("stTimeConsuming") != std::string::npos;
      return std::tuple(slow, files_[i].bytes, i);
    });
    for (const FixtureFile& file : files_) bytes_ += file.bytes;
  }

  const FixtureFile& file(size_t index) const { return files_[index]; }
  size_t files() const { return files_.size(); }
  uint64_t bytes() const { return bytes_; }

  /// A test, or a file to read and hand to `add`; nothing when all is taken.
  using Work = std::variant<std::monostate, Task, size_t>;
  Work take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !tasks_.empty() || !order_.empty() || reading_ == 0; });
    if (!tasks_.empty()) {
      Task task = std::move(tasks_.front());
      tasks_.pop_front();
      return task;
    }
    if (order_.empty()) return std::monostate();
    ++reading_;
    const size_t index = order_.back();
    order_.pop_back();
    return index;
  }

  void add(std::vector<Task> tasks) {
    const std::lock_guard lock(mutex_);
    --reading_;
    std::ranges::move(tasks, std::back_inserter(tasks_));
    changed_.notify_all();
  }

private:
  const std::vector<FixtureFile> files_; ///< by path
  uint64_t bytes_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<size_t> order_; ///< files not taken yet
  std::deque<Task> tasks_;
  unsigned reading_ = 0; ///< threads that will call `add`
};

/// What the threads have done so far.
struct Done {
  std::atomic<uint64_t> bytes{0}, cases{0}, failed{0};
  std::atomic<unsigned> workers{0};
};

/// One thread's part.
class Worker {
public:
  Worker(const TestFormat& format, const Selection& selection, Queue& queue, Done& done,
         Tally& tally, Caches& caches)
      : selection_(selection), queue_(queue), done_(done), tally_(tally),
        reader_(format.make_reader()), caches_(caches) {}

  void run() {
    while (true) {
      Queue::Work work = queue_.take();
      if (const size_t* file = std::get_if<size_t>(&work))
        queue_.add(read(*file));
      else if (Task* task = std::get_if<Task>(&work))
        run_test(std::move(*task));
      else
        break;
    }
    ++done_.workers;
  }

private:
  std::vector<Task> read(size_t file) {
    const auto& [path, bytes] = queue_.file(file);
    auto tests = reader_->read(path);
    std::vector<Task> tasks;
    if (!tests)
      broken({file, 0, 0}, {path, "", "", tests.error().message});
    else
      for (size_t i = 0; i < tests->size(); ++i) tasks.push_back({file, i, std::move((*tests)[i])});
    done_.bytes += bytes;
    return tasks;
  }

  void broken(const std::array<size_t, 3>& place, Failure failure) {
    if (!selection_.takes(failure.path + " :: " + failure.name)) return;
    CaseResult result{Verdict::failed, std::move(failure.message)};
    record(std::move(result), place, std::move(failure), nullptr);
  }

  void run_test(Task task) {
    const std::string& path = queue_.file(task.file).path;
    RunnableTest& test = *task.test;
    if (!test.problem().empty())
      return broken({task.file, task.position, 0}, {path, test.name(), "", test.problem()});
    for (size_t i = 0; i < test.case_count(); ++i) {
      if (!selection_.takes(path, test, i)) continue;
      CaseResult result = test.run(i, caches_);
      record(std::move(result), {task.file, task.position, i},
             {path, test.name(), test.label(i), ""}, &test.fork(i));
    }
  }

  void record(CaseResult result, const std::array<size_t, 3>& place, Failure where,
              const std::string* fork) {
    SuiteReport& report = tally_.report;
    add(report.counts, result.verdict);
    if (fork != nullptr) add(report.by_fork[*fork], result.verdict);
    ++done_.cases;
    if (result.verdict == Verdict::skipped) ++report.skip_reasons[result.message];
    if (result.verdict != Verdict::failed) return;
    ++done_.failed;
    where.message = std::move(result.message);
    tally_.failures.push_back({place, std::move(where)});
  }

  const Selection& selection_;
  Queue& queue_;
  Done& done_;
  Tally& tally_;
  std::unique_ptr<TestReader> reader_;
  Caches& caches_;
};

SuiteReport sum(std::vector<Tally> tallies) {
  SuiteReport sum;
  std::vector<PlacedFailure> failures;
  for (Tally& tally : tallies) {
    const SuiteReport& part = tally.report;
    add(sum.counts, part.counts);
    for (const auto& [fork, counts] : part.by_fork) add(sum.by_fork[fork], counts);
    for (const auto& [reason, count] : part.skip_reasons) sum.skip_reasons[reason] += count;
    std::ranges::move(tally.failures, std::back_inserter(failures));
  }
  std::ranges::sort(failures, {}, &PlacedFailure::place);
  for (PlacedFailure& placed : failures) sum.failures.push_back(std::move(placed.failure));
  return sum;
}

} // namespace

Result<Sample> parse_sample(std::string_view text) {
  const size_t slash = text.find('/');
  const auto keep = parse_decimal(text.substr(0, slash));
  const auto of = slash != std::string_view::npos ? parse_decimal(text.substr(slash + 1))
                                                  : Result<uint256>(fail(""));
  const bool sensible =
      keep && of && keep->fits_u64() && of->fits_u64() && !of->is_zero() && *keep <= *of;
  if (!sensible)
    return fail(quoted_start(text) + " is no part of a whole: N/M as in 1/10 expected");
  return Sample{keep->w[0], of->w[0], 0};
}

Result<SuiteReport> run_suite(const SuiteOptions& options, const TestFormat& format,
                              const std::function<void(const SuiteProgress&)>& progress) {
  const auto selection = Selection::make(options, format);
  if (!selection) return std::unexpected(selection.error());
  auto files = find_fixture_files(options.paths);
  if (!files) return std::unexpected(files.error());
  if (files->empty()) return fail("no fixture file is named");

  Queue queue(std::move(*files));
  Done done;
  Caches caches;
  std::vector<Tally> tallies(std::max(options.jobs, 1u));
  {
    std::vector<std::jthread> threads;
    for (Tally& tally : tallies)
      threads.emplace_back([&] { Worker(format, *selection, queue, done, tally, caches).run(); });
    while (progress && done.workers < tallies.size()) {
      progress({done.bytes, queue.bytes(), done.cases, done.failed});
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  if (progress) progress({done.bytes, queue.bytes(), done.cases, done.failed});
  SuiteReport report = sum(std::move(tallies));
  report.files = queue.files();
  if (report.counts.total() == 0) return fail("no case is selected");
  return report;
}

} // namespace runahead
