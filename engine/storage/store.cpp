#include "engine/storage/store.hpp"

#include <charconv>
#include <stdexcept>

namespace tailrace::storage {
namespace {

/// The number under a key; 0 if there is none.
template <typename Number>
Number number_under(Transaction& transaction, SpaceId space, std::string_view key) {
    const std::optional<StoredValue> stored = transaction.get(space, key);
    Number number = 0;
    if (!stored) return number;
    const std::string& text = stored->bytes;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw StorageError("the row '" + std::string(key) + "' is damaged: '" + text + "' is not a number");
    }
    return number;
}

}  // namespace

std::vector<std::optional<StoredValue>> ReadTransaction::get_many(SpaceId space,
                                                                  std::span<const std::string> keys) {
    std::vector<std::optional<StoredValue>> values;
    values.reserve(keys.size());
    for (const std::string& key : keys) values.push_back(get(space, key));
    return values;
}

std::optional<StoredValue> Transaction::replace(SpaceId space, std::string_view key, std::string_view value,
                                                std::uint32_t size_bytes) {
    std::optional<StoredValue> old = get(space, key);
    if (!old || old->bytes != value) put(space, key, value, size_bytes);
    return old;
}

void Transaction::add(SpaceId space, std::string_view key, std::int64_t delta) {
    put(space, key, std::to_string(number_under<std::int64_t>(*this, space, key) + delta), 0);
}

std::uint64_t Transaction::draw(std::string_view sequence) {
    add(catalogue_space, sequence, 1);
    return number_under<std::uint64_t>(*this, catalogue_space, sequence);
}

void Transaction::put_in_lanes(std::span<const LaneRow> /*rows*/) {
    throw std::logic_error("transactions of this store have no lanes");
}

void Transaction::copy_space(SpaceId from, SpaceId to) {
    create_space(to);
    const auto cursor = range(from, {}, Direction::forward);
    while (cursor->next()) put(to, cursor->key(), cursor->value(), cursor->size_bytes());
}

void Transaction::write_mirrored(const MirroredRows& rows) {
    rows.write(*this);
}

void Transaction::begin_part() {
    throw std::logic_error("transactions of this store have no parts");
}

bool Transaction::undo_part() {
    throw std::logic_error("transactions of this store have no parts");
}

std::unique_ptr<Reader> Store::open_reader() {
    return nullptr;
}

}  // namespace tailrace::storage
