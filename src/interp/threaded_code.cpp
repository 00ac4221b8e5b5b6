#include "interp/threaded_code.hpp"

#include "interp/threaded_translator.hpp"

#include <functional>

namespace runahead {

ThreadedCode::ThreadedCode(const Code& code, Fork fork)
    : code_(code), fork_(fork),
      targets_(std::make_unique<JumpTarget[]>(code.jump_destination_count())) {
  JumpTarget* target = targets_.get();
  code.for_each_jump_destination([&](size_t pc) { (target++)->pc = static_cast<uint32_t>(pc); });
  begin_ = ThreadedTranslator(*this).translate_entry();
}

ThreadedCode::~ThreadedCode() {
  std::unique_ptr<Chunk> chunk(newest_.load(std::memory_order_relaxed));
  while (chunk != nullptr) chunk = std::move(chunk->older);
}

void ThreadedCode::make_ready(const JumpTarget& target) const {
  const std::lock_guard lock(mutex_);
  if (target.is_ready()) return;
  const Chunk* const before = newest_.load(std::memory_order_relaxed);
  ThreadedTranslator(*this).translate_from(targets_[&target - targets()]);
  code_.count_growth(*this, bytes_since(before));
}

void ThreadedCode::make_all_ready() const {
  for (size_t i = 0; i < code_.jump_destination_count(); ++i) make_ready(targets_[i]);
}

std::vector<std::span<const ThreadedInstr>> ThreadedCode::instructions() const {
  std::vector<std::span<const ThreadedInstr>> all;
  for (const Chunk* chunk = newest_.load(std::memory_order_acquire); chunk != nullptr;
       chunk = chunk->older.get())
    all.emplace_back(chunk->instrs.get(), chunk->used);
  return all;
}

uint32_t ThreadedCode::pc_of(const ThreadedInstr* instr) const {
  const std::less<> before;
  const Chunk* chunk = newest_.load(std::memory_order_acquire);
  while (before(instr, chunk->instrs.get()) ||
         !before(instr, chunk->instrs.get() + chunk->capacity))
    chunk = chunk->older.get();
  return chunk->pcs[instr - chunk->instrs.get()];
}

/// What the chunks newer than `last` occupy; all chunks, if that is null.
size_t ThreadedCode::bytes_since(const Chunk* last) const {
  size_t bytes = 0;
  for (const Chunk* chunk = newest_.load(std::memory_order_acquire); chunk != last;
       chunk = chunk->older.get())
    bytes += sizeof(*chunk) + chunk->capacity * (sizeof(ThreadedInstr) + sizeof(uint32_t));
  return bytes;
}

size_t ThreadedCode::footprint() const {
  return sizeof(*this) + code_.jump_destination_count() * sizeof(JumpTarget) + bytes_since(nullptr);
}

} // namespace runahead
