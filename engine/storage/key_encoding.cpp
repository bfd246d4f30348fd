#include "engine/storage/key_encoding.hpp"

#include <stdexcept>

#include "engine/model/stable_hash.hpp"

namespace tailrace::storage {
namespace {

constexpr std::string_view end_mark("\x00\x01", 2);
constexpr std::string_view escaped_zero("\x00\xff", 2);
constexpr std::size_t hash_bytes = 8;

/// The lowest hash of a segment: ceil(segment × 2^64 / total).
std::uint64_t segment_start(std::uint32_t segment, std::uint32_t total) {
    __extension__ using Wide = unsigned __int128;
    const Wide start = ((static_cast<Wide>(segment) << 64) + total - 1) / total;
    return static_cast<std::uint64_t>(start);
}

}  // namespace

void append_component(std::string& out, const AttributeValue& value) {
    if (const auto* number = value.get_if<Number>()) {
        number->append_key(out);
        return;
    }
    const auto* text = value.get_if<std::string>();
    const auto* binary = value.get_if<Binary>();
    if (text == nullptr && binary == nullptr) throw std::logic_error("a key value is not S, N or B");
    append_component_prefix(out, text != nullptr ? *text : binary->bytes);
    out.append(end_mark);
}

void append_component_prefix(std::string& out, std::string_view prefix) {
    for (auto zero = prefix.find('\0'); zero != std::string_view::npos; zero = prefix.find('\0')) {
        out.append(prefix.substr(0, zero)).append(escaped_zero);
        prefix.remove_prefix(zero + 1);
    }
    out.append(prefix);
}

std::string encode_partition(std::span<const AttributeValue* const> values) {
    constexpr std::size_t usual_bytes = 64;
    std::string key;
    key.reserve(usual_bytes);
    key.resize(hash_bytes);
    for (const AttributeValue* value : values) append_component(key, *value);
    const std::string hash = encode_sequence(stable_hash(std::string_view(key).substr(hash_bytes)));
    key.replace(0, hash_bytes, hash);
    return key;
}

std::string after_prefix(std::string_view prefix) {
    while (!prefix.empty() && prefix.back() == '\xff') prefix.remove_suffix(1);
    std::string next(prefix);
    if (!next.empty()) next.back() = static_cast<char>(next.back() + 1);
    return next;
}

KeyRange segment_range(std::uint32_t segment, std::uint32_t total) {
    KeyRange range;
    if (segment > 0) range.lower = encode_sequence(segment_start(segment, total));
    if (segment + 1 < total) range.upper = encode_sequence(segment_start(segment + 1, total));
    return range;
}

bool in_segment(std::string_view row_key, std::uint32_t segment, std::uint32_t total) {
    const KeyRange range = segment_range(segment, total);
    return row_key >= range.lower && (range.upper.empty() || row_key < range.upper);
}

std::uint64_t partition_hash(std::string_view row_key) {
    return decode_sequence(row_key.substr(0, hash_bytes));
}

std::string encode_sequence(std::uint64_t number) {
    std::string bytes(hash_bytes, '\0');
    for (std::size_t i = 0; i < hash_bytes; ++i) {
        bytes[hash_bytes - 1 - i] = static_cast<char>(number & 0xff);
        number >>= 8;
    }
    return bytes;
}

std::uint64_t decode_sequence(std::string_view key) {
    std::uint64_t number = 0;
    for (const char byte : key.substr(0, hash_bytes)) number = number << 8 | static_cast<unsigned char>(byte);
    return number;
}

}  // namespace tailrace::storage
