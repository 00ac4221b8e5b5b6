#include "speculate/tagged.hpp"

#include <algorithm>

namespace runahead {

// TaggedBytes ------------------------------------------------------------------------------------

TaggedBytes::TaggedBytes(Bytes bytes, std::vector<Tag> tags) {
  storage_ = std::make_shared<Storage>(Storage{std::move(bytes), std::move(tags)});
  bytes_ = storage_->bytes;
}

TaggedBytes::TaggedBytes(Bytes bytes, Tag tag) {
  std::vector<Tag> tags;
  if (tag != 0) tags.assign(bytes.size() / tag_grain_bytes + 1, tag);
  *this = TaggedBytes(std::move(bytes), std::move(tags));
}

Tag TaggedBytes::tag(size_t offset, size_t size) const {
  if (storage_ == nullptr || storage_->tags.empty() || size == 0) return 0;
  const auto& tags = storage_->tags;
  const size_t first = std::min(offset / tag_grain_bytes, tags.size());
  const size_t last = std::min((offset + size - 1) / tag_grain_bytes + 1, tags.size());
  Tag all = 0;
  for (size_t i = first; i < last; ++i) all |= tags[i];
  return all;
}

TaggedWord TaggedBytes::word(uint64_t offset) const {
  if (offset >= size()) return {};
  const size_t there = std::min<size_t>(32, size() - offset);
  uint8_t word[32] = {};
  std::memcpy(word, bytes_.data() + offset, there);
  return {load_be(word), tag(offset, there)};
}

// TaggedMemory -----------------------------------------------------------------------------------

void TaggedMemory::grow(uint64_t offset, uint64_t size) {
  if (size == 0 || offset + size <= size_) return;
  size_ = (offset + size + 31) / 32 * 32;
}

const TaggedMemory::Page* TaggedMemory::page_at(uint64_t offset) const {
  const size_t index = offset / page_bytes;
  return index < pages_.size() ? pages_[index].get() : nullptr;
}

TaggedMemory::Page& TaggedMemory::writable(uint64_t offset) {
  const size_t index = offset / page_bytes;
  if (index >= pages_.size()) pages_.resize(index + 1);
  std::shared_ptr<Page>& page = pages_[index];
  if (page == nullptr) {
    page = std::make_shared<Page>();
    const size_t start = index * page_bytes;
    if (start < base_.size())
      std::memcpy(page->bytes.data(), base_.data() + start,
                  std::min(page_bytes, base_.size() - start));
  } else if (page.use_count() > 1) {
    page = std::make_shared<Page>(*page);
  }
  return *page;
}

void TaggedMemory::read(uint64_t offset, uint8_t* out, size_t size) const {
  while (size != 0) {
    const size_t inside = offset % page_bytes, part = std::min(size, page_bytes - inside);
    if (const Page* page = page_at(offset)) {
      std::memcpy(out, page->bytes.data() + inside, part);
    } else {
      const size_t known =
          offset < base_.size() ? std::min<size_t>(part, base_.size() - offset) : 0;
      if (known != 0) std::memcpy(out, base_.data() + offset, known);
      std::memset(out + known, 0, part - known);
    }
    offset += part;
    out += part;
    size -= part;
  }
}

Tag TaggedMemory::tag(uint64_t offset, uint64_t size) const {
  Tag all = 0;
  for (const uint64_t end = offset + size; offset < end;) {
    const size_t inside = offset % page_bytes;
    const size_t part = std::min<size_t>(end - offset, page_bytes - inside);
    if (const Page* page = page_at(offset); page != nullptr && page->tagged) {
      const size_t last = (inside + part - 1) / tag_grain_bytes;
      for (size_t i = inside / tag_grain_bytes; i <= last; ++i) all |= page->tags[i];
    }
    offset += part;
  }
  return all;
}

void TaggedMemory::write(uint64_t offset, BytesView bytes, Tag tag) {
  while (!bytes.empty()) {
    const size_t inside = offset % page_bytes, part = std::min(bytes.size(), page_bytes - inside);
    Page& page = writable(offset);
    std::memcpy(page.bytes.data() + inside, bytes.data(), part);
    if (tag != 0 || page.tagged) {
      page.tagged = true;
      for (size_t i = inside / tag_grain_bytes; i * tag_grain_bytes < inside + part; ++i) {
        // A grain that keeps some of its old bytes keeps their tag.
        const bool whole =
            i * tag_grain_bytes >= inside && (i + 1) * tag_grain_bytes <= inside + part;
        page.tags[i] = whole ? tag : page.tags[i] | tag;
      }
    }
    offset += part;
    bytes = bytes.subspan(part);
  }
}

TaggedWord TaggedMemory::load(uint64_t offset) const {
  uint8_t word[32];
  read(offset, word, 32);
  return {load_be(word), tag(offset, 32)};
}

void TaggedMemory::store(uint64_t offset, const TaggedWord& word) {
  uint8_t bytes[32];
  store_be(bytes, word.value);
  write(offset, bytes, word.tag);
}

void TaggedMemory::store_byte(uint64_t offset, uint8_t byte, Tag tag) {
  write(offset, {&byte, 1}, tag);
}

void TaggedMemory::copy_in(uint64_t offset, const TaggedBytes& source, uint64_t source_offset,
                           uint64_t size) {
  const uint64_t there =
      source_offset < source.size() ? std::min<uint64_t>(size, source.size() - source_offset) : 0;
  const uint64_t step = source.tag(source_offset, there) == 0 ? there : tag_grain_bytes;
  for (uint64_t done = 0; done < there;) {
    const uint64_t part = std::min(step, there - done);
    write(offset + done, source.bytes().subspan(source_offset + done, part),
          source.tag(source_offset + done, part));
    done += part;
  }
  if (const Bytes zeros(size - there); !zeros.empty()) write(offset + there, zeros, 0);
}

TaggedBytes TaggedMemory::copy_out(uint64_t offset, uint64_t size) const {
  Bytes bytes(size);
  read(offset, bytes.data(), size);
  std::vector<Tag> tags;
  if (size != 0 && tag(offset, size) != 0)
    for (uint64_t at = 0; at < size; at += tag_grain_bytes)
      tags.push_back(tag(offset + at, std::min<uint64_t>(tag_grain_bytes, size - at)));
  return {std::move(bytes), std::move(tags)};
}

} // namespace runahead
