#include "speculate/tagged.hpp"

#include "speculate/open_bytes.hpp"

#include <algorithm>

namespace runahead {

// TaggedWord -------------------------------------------------------------------------------------

TaggedWord combine(uint8_t op, const uint256& value, const TaggedWord& a, const TaggedWord& b) {
  const Tag tag = a.tag | b.tag;
  return {value, tag, tag != 0 ? open_bytes_of(op, {a.value, a.bytes}, {b.value, b.bytes}) : 0};
}

// TaggedBytes ------------------------------------------------------------------------------------

TaggedBytes::TaggedBytes(Bytes bytes, std::vector<Tag> tags) {
  storage_ = std::make_shared<Storage>(Storage{std::move(bytes), std::move(tags)});
  bytes_ = storage_->bytes;
}

TaggedBytes::TaggedBytes(Bytes bytes, Tag tag) {
  std::vector<Tag> tags;
  if (tag != 0) tags.assign(bytes.size(), tag);
  *this = TaggedBytes(std::move(bytes), std::move(tags));
}

Tag TaggedBytes::tag(size_t offset, size_t size) const {
  if (storage_ == nullptr || storage_->tags.empty() || size == 0) return 0;
  const auto& tags = storage_->tags;
  const size_t last = std::min(offset + size, tags.size());
  Tag all = 0;
  for (size_t i = std::min(offset, last); i < last; ++i) all |= tags[i];
  return all;
}

TaggedWord TaggedBytes::word(uint64_t offset) const {
  if (offset >= size()) return {};
  const size_t there = std::min<size_t>(32, size() - offset);
  uint8_t word[32] = {};
  std::memcpy(word, bytes_.data() + offset, there);
  const Tag tags = tag(offset, there);
  uint32_t tagged = 0;
  for (size_t i = 0; tags != 0 && i < there; ++i)
    if (tag(offset + i, 1) != 0) tagged |= uint32_t{1} << (31 - i);
  return {load_be(word), tags, tagged};
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
    if (const Page* page = page_at(offset); page != nullptr && !page->tags.empty())
      for (size_t i = inside; i < inside + part; ++i) all |= page->tags[i];
    offset += part;
  }
  return all;
}

void TaggedMemory::write(uint64_t offset, BytesView bytes, Tag tag) {
  while (!bytes.empty()) {
    const size_t inside = offset % page_bytes, part = std::min(bytes.size(), page_bytes - inside);
    Page& page = writable(offset);
    std::memcpy(page.bytes.data() + inside, bytes.data(), part);
    if (tag != 0 && page.tags.empty()) page.tags.resize(page_bytes);
    if (!page.tags.empty())
      std::fill_n(page.tags.begin() + static_cast<ptrdiff_t>(inside), part, tag);
    offset += part;
    bytes = bytes.subspan(part);
  }
}

uint32_t TaggedMemory::tagged_bytes(uint64_t offset) const {
  uint32_t tagged = 0;
  for (size_t i = 0; i < 32; ++i)
    if (tag(offset + i, 1) != 0) tagged |= uint32_t{1} << (31 - i);
  return tagged;
}

TaggedWord TaggedMemory::load(uint64_t offset) const {
  uint8_t word[32];
  read(offset, word, 32);
  const Tag tags = tag(offset, 32);
  return {load_be(word), tags, tags != 0 ? tagged_bytes(offset) : 0};
}

void TaggedMemory::store(uint64_t offset, const TaggedWord& word) {
  uint8_t bytes[32];
  store_be(bytes, word.value);
  write(offset, bytes, word.bytes == TaggedWord::all_bytes ? word.tag : 0);
  if (word.bytes == 0 || word.bytes == TaggedWord::all_bytes) return;
  for (size_t i = 0; i < 32; ++i)
    if ((word.bytes >> (31 - i) & 1) != 0) write(offset + i, {bytes + i, 1}, word.tag);
}

void TaggedMemory::store_byte(uint64_t offset, uint8_t byte, Tag tag) {
  write(offset, {&byte, 1}, tag);
}

void TaggedMemory::copy_in(uint64_t offset, const TaggedBytes& source, uint64_t source_offset,
                           uint64_t size) {
  const uint64_t there =
      source_offset < source.size() ? std::min<uint64_t>(size, source.size() - source_offset) : 0;
  const bool tagged = source.tag(source_offset, there) != 0;
  for (uint64_t done = 0, part = 0; done < there; done += part) {
    const Tag tag = source.tag(source_offset + done, 1);
    part = tagged ? 1 : there; // a run of equal tags goes at once
    while (done + part < there && source.tag(source_offset + done + part, 1) == tag) ++part;
    write(offset + done, source.bytes().subspan(source_offset + done, part), tag);
  }
  if (const Bytes zeros(size - there); !zeros.empty()) write(offset + there, zeros, 0);
}

TaggedBytes TaggedMemory::copy_out(uint64_t offset, uint64_t size) const {
  Bytes bytes(size);
  read(offset, bytes.data(), size);
  std::vector<Tag> tags;
  if (size != 0 && tag(offset, size) != 0)
    for (uint64_t at = 0; at < size; ++at) tags.push_back(tag(offset + at, 1));
  return {std::move(bytes), std::move(tags)};
}

} // namespace runahead
