#include "speculate/pending_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace runahead {

PendingBytes::PendingBytes(Bytes bytes, std::vector<Origin> origins, NodeId size_node)
    : storage_(
          std::make_shared<Storage>(Storage{std::move(bytes), std::move(origins), size_node})) {}

void PendingMemory::grow(uint64_t offset, uint64_t size) {
  if (size == 0 || offset + size <= size_) return;
  size_ = (offset + size + 31) / 32 * 32;
}

PendingMemory::Page& PendingMemory::writable(uint64_t offset) {
  const size_t index = offset / page_bytes;
  if (index >= pages_.size()) pages_.resize(index + 1);
  std::shared_ptr<Page>& page = pages_[index];
  if (page == nullptr)
    page = std::make_shared<Page>();
  else if (page.use_count() > 1)
    page = std::make_shared<Page>(*page);
  return *page;
}

bool PendingMemory::read(uint64_t offset, size_t size, uint8_t* bytes, Origin* origins) const {
  bool pending = false;
  for (size_t done = 0, part = 0; done < size; done += part) {
    const size_t at = offset + done, inside = at % page_bytes, index = at / page_bytes;
    part = std::min(size - done, page_bytes - inside);
    const Page* page = index < pages_.size() ? pages_[index].get() : nullptr;
    if (page == nullptr)
      std::memset(bytes + done, 0, part);
    else
      std::memcpy(bytes + done, page->bytes.data() + inside, part);
    const Origin* from =
        page != nullptr && !page->origins.empty() ? page->origins.data() + inside : nullptr;
    if (from != nullptr && !pending &&
        std::any_of(from, from + part, [](Origin o) { return o != 0; })) {
      pending = true;
      std::fill_n(origins, done, Origin{0});
    }
    if (!pending) continue;
    if (from != nullptr)
      std::copy_n(from, part, origins + done);
    else
      std::fill_n(origins + done, part, Origin{0});
  }
  return pending;
}

void PendingMemory::write(uint64_t offset, BytesView bytes, const Origin* origins) {
  for (size_t done = 0, part = 0; done < bytes.size(); done += part) {
    const size_t inside = (offset + done) % page_bytes;
    part = std::min(bytes.size() - done, page_bytes - inside);
    Page& page = writable(offset + done);
    std::memcpy(page.bytes.data() + inside, bytes.data() + done, part);
    if (origins != nullptr && page.origins.empty()) page.origins.resize(page_bytes);
    if (page.origins.empty()) continue;
    if (origins != nullptr)
      std::copy_n(origins + done, part, page.origins.data() + inside);
    else
      std::fill_n(page.origins.data() + inside, part, Origin{0});
  }
}

void PendingMemory::copy_in(uint64_t offset, const PendingView& source, uint64_t source_offset,
                            uint64_t size) {
  const size_t whole = source.bytes.size();
  const uint64_t there =
      source_offset < whole ? std::min<uint64_t>(size, whole - source_offset) : 0;
  if (there != 0)
    write(offset, source.bytes.subspan(source_offset, there),
          source.origins != nullptr ? source.origins + source_offset : nullptr);
  if (const Bytes zeros(size - there); !zeros.empty()) write(offset + there, zeros, nullptr);
}

PendingBytes PendingMemory::copy_out(uint64_t offset, uint64_t size) const {
  if (size == 0) return {};
  Bytes bytes(size);
  std::vector<Origin> origins(size);
  if (!read(offset, size, bytes.data(), origins.data())) origins.clear();
  return PendingBytes(std::move(bytes), std::move(origins));
}

} // namespace runahead
