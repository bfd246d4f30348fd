#include "engine/table/changes/change_record.hpp"

#include <array>

#include "engine/model/attribute_json.hpp"
#include "engine/model/sequence_number.hpp"
#include "engine/model/stable_hash.hpp"
#include "engine/storage/change_log.hpp"
#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {
namespace {

bool shows_old(const StreamDefinition& stream) {
    return stream.view_type == "OLD_IMAGE" || stream.view_type == "NEW_AND_OLD_IMAGES";
}

bool shows_new(const StreamDefinition& stream) {
    return stream.view_type == "NEW_IMAGE" || stream.view_type == "NEW_AND_OLD_IMAGES";
}

void append_hex(std::string& out, std::uint64_t number) {
    static constexpr std::string_view digits = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) out.push_back(digits[number >> shift & 15]);
}

/// Appends 32 hexadecimal digits that are the same whenever the record is read.
void append_event_id(std::string& out, const StreamDefinition& stream, std::uint64_t sequence) {
    const std::uint64_t seed = stable_hash(stream.arn + storage::encode_sequence(sequence));
    append_hex(out, seed);
    append_hex(out, stable_hash(storage::encode_sequence(seed)));
}

constexpr std::string_view id_member = R"({"eventID":")";
constexpr std::string_view sequence_member = R"(,"SequenceNumber":")";

}  // namespace

std::uint32_t change_size_bytes(const StreamDefinition& stream, const ItemChange& change) {
    std::size_t size = item_size_bytes(change.keys);
    if (shows_old(stream)) size += change.old_size_bytes;
    if (shows_new(stream)) size += change.new_size_bytes;
    return static_cast<std::uint32_t>(size);
}

std::string change_record_json(const StreamDefinition& stream, const ItemChange& change,
                               std::uint64_t sequence, Timestamp time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
    const std::string_view name = change.old_json.empty()   ? "INSERT"
                                  : change.new_json.empty() ? "REMOVE"
                                                            : "MODIFY";
    std::string out(sequence == 0 ? " " : "");
    out.append(id_member);
    append_event_id(out, stream, sequence);
    out.append(R"(","eventName":")").append(name);
    out.append(R"(","eventVersion":"1.1","eventSource":"aws:dynamodb","awsRegion":")").append(stream.region);
    out.append(R"(","dynamodb":{"ApproximateCreationDateTime":)").append(std::to_string(seconds));
    out.append(R"(,"Keys":)");
    append_json(out, change.keys);
    if (shows_new(stream) && !change.new_json.empty()) out.append(R"(,"NewImage":)").append(change.new_json);
    if (shows_old(stream) && !change.old_json.empty()) out.append(R"(,"OldImage":)").append(change.old_json);
    out.append(sequence_member).append(sequence_text(sequence));
    out.append(R"(","SizeBytes":)").append(std::to_string(change_size_bytes(stream, change)));
    out.append(R"(,"StreamViewType":")").append(stream.view_type).append(R"("})");
    if (change.origin == ChangeOrigin::time_to_live) out.append(service_identity);
    return out.append("}");
}

/// The texts that are replaced have the same lengths for all numbers. rfind() cannot find a text of the item,
/// because the item is before the member.
void number_record(std::string& record_json, const StreamDefinition& stream, std::uint64_t sequence) {
    record_json.erase(0, 1);
    std::string id;
    append_event_id(id, stream, sequence);
    record_json.replace(id_member.size(), id.size(), id);
    const std::string number = sequence_text(sequence);
    const std::size_t place = record_json.rfind(sequence_member) + sequence_member.size();
    record_json.replace(place, number.size(), number);
}

}  // namespace tailrace::table
