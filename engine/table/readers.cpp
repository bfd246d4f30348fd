#include "engine/table/readers.hpp"

namespace tailrace::table {

std::unique_ptr<storage::Reader> Readers::take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<storage::Reader> reader = std::move(idle_.back());
    idle_.pop_back();
    return reader;
}

void Readers::put_back(std::unique_ptr<storage::Reader> reader) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(reader));
}

void Readers::rest() {
    const std::lock_guard lock(mutex_);
    idle_.clear();
}

void Published::close() {
    const std::lock_guard lock(mutex_);
    if (is_open()) epoch_.fetch_add(1);
    catalogue_.reset();
    readers_.reset();
}

void Published::open(std::shared_ptr<const Catalogue> catalogue, std::uint64_t version,
                     std::shared_ptr<Readers> readers) {
    const std::lock_guard lock(mutex_);
    catalogue_ = std::move(catalogue);
    version_ = version;
    readers_ = std::move(readers);
    if (!is_open()) epoch_.fetch_add(1);
}

std::optional<Published::View> Published::view() const {
    if (!is_open()) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const std::uint64_t epoch = epoch_.load();
    if (!is_open(epoch)) return std::nullopt;
    return View{catalogue_, readers_, epoch, version_};
}

}  // namespace tailrace::table
