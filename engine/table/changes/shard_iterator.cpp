#include "engine/table/changes/shard_iterator.hpp"

#include "engine/model/base64.hpp"
#include "engine/model/stable_hash.hpp"
#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {
namespace {

constexpr std::string_view mark = "|1|";
constexpr std::size_t number_bytes = 8;

std::string checksum(std::string_view stream_arn, std::string_view content) {
    return storage::encode_sequence(stable_hash(std::string(stream_arn).append(mark).append(content)));
}

}  // namespace

std::string ShardIterator::text() const {
    const std::string content =
        storage::encode_sequence(after) +
        storage::encode_sequence(static_cast<std::uint64_t>(created.time_since_epoch().count())) + shard_id;
    std::string text = stream_arn;
    append_base64(text.append(mark), checksum(stream_arn, content) + content);
    return text;
}

std::optional<ShardIterator> ShardIterator::parse(std::string_view text) {
    const std::size_t end_of_arn = text.find(mark);
    if (end_of_arn == std::string_view::npos) return std::nullopt;
    const std::string_view arn = text.substr(0, end_of_arn);
    const auto decoded = decode_base64(text.substr(end_of_arn + mark.size()));
    if (!decoded || decoded->size() < 3 * number_bytes) return std::nullopt;
    const std::string_view content = std::string_view(*decoded).substr(number_bytes);
    if (decoded->substr(0, number_bytes) != checksum(arn, content)) return std::nullopt;
    const auto number = [&](std::size_t place) {
        return storage::decode_sequence(content.substr(place * number_bytes, number_bytes));
    };
    return ShardIterator{std::string(arn), std::string(content.substr(2 * number_bytes)), number(0),
                         Timestamp(std::chrono::microseconds(static_cast<std::int64_t>(number(1))))};
}

}  // namespace tailrace::table
