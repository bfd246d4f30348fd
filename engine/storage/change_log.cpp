#include "engine/storage/change_log.hpp"

#include "engine/storage/key_encoding.hpp"

namespace tailrace::storage {

void ChangeLog::append(const LoggedChange& change) {
    transaction_.put(space_, encode_sequence(change.sequence), change.record_json, change.size_bytes);
}

std::vector<LoggedChange> ChangeLog::read(std::uint64_t after, std::size_t limit,
                                          std::size_t max_bytes) const {
    std::vector<LoggedChange> changes;
    std::size_t bytes = 0;
    const auto cursor = transaction_.range(space_, {encode_sequence(after + 1), {}}, Direction::forward);
    while (changes.size() < limit && bytes < max_bytes && cursor->next()) {
        bytes += cursor->value().size();
        if (bytes > max_bytes && !changes.empty()) break;
        changes.push_back(
            {decode_sequence(cursor->key()), std::string(cursor->value()), cursor->size_bytes()});
    }
    return changes;
}

std::uint64_t ChangeLog::count(std::uint64_t after) const {
    std::uint64_t count = 0;
    const auto cursor = transaction_.range(space_, {encode_sequence(after + 1), {}}, Direction::forward);
    while (cursor->next()) ++count;
    return count;
}

std::uint64_t ChangeLog::newest() const {
    const auto cursor = transaction_.range(space_, {}, Direction::backward);
    return cursor->next() ? decode_sequence(cursor->key()) : 0;
}

std::string sequence_text(std::uint64_t sequence) {
    constexpr std::size_t digits = 20;
    std::string text = std::to_string(sequence);
    text.insert(0, digits - text.size(), '0');
    return text.insert(0, "1");
}

}  // namespace tailrace::storage
