#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/model/clock.hpp"
#include "engine/table/catalogue/table_definition.hpp"

namespace tailrace::table {

/// The author of a change: a request, or the service itself after an item's time to live is over.
enum class ChangeOrigin { request, time_to_live };

/// One change of one item as a stream shows it.
struct ItemChange {
    AttributeMap keys;
    /// The items before and after the change in canonical JSON, with their sizes; empty if there is none.
    std::string_view old_json;
    std::uint32_t old_size_bytes = 0;
    std::string_view new_json;
    std::uint32_t new_size_bytes = 0;
    ChangeOrigin origin = ChangeOrigin::request;
};

/// The last member of the record of an expired item, in the form that functions receive; GetRecords shows the
/// same member capitalized. Source: "DynamoDB Streams and Time to Live".
inline constexpr std::string_view service_identity =
    R"(,"userIdentity":{"type":"Service","principalId":"dynamodb.amazonaws.com"})";

/// The record's SizeBytes: the size of its keys and of the images that the view type includes.
std::uint32_t change_size_bytes(const StreamDefinition& stream, const ItemChange& change);

/// The record in the wire format of GetRecords. No change has the number 0: a record that is made with 0 has
/// no number yet, and begins with a blank. Such a record is stored under the number of its change, and
/// whoever reads the record calls number_record() with that number. Source: API_streams_Record,
/// API_streams_StreamRecord.
std::string change_record_json(const StreamDefinition& stream, const ItemChange& change,
                               std::uint64_t sequence, Timestamp time);

inline bool is_unnumbered(std::string_view record_json) {
    return record_json.starts_with(' ');
}
/// Puts the number of the change into a record that was made with the number 0.
void number_record(std::string& record_json, const StreamDefinition& stream, std::uint64_t sequence);

}  // namespace tailrace::table
