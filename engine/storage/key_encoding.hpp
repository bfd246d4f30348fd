#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"
#include "engine/storage/store.hpp"

namespace tailrace::storage {

// Keys of rows are bytes whose order is the order in which DynamoDB returns the rows.
//
//     row       := partition sort* [row key of the item in its table]   the last part only in an index
//     partition := hash component+       hash: 8 bytes, big-endian, of the components that follow
//     sort      := component
//     component := escaped 0x00 0x01     for S (UTF-8) and B; 0x00 inside becomes 0x00 0xff
//                | number key            for N, see Number::append_key
//
// No component is a prefix of another, so rows with equal keys are adjacent, and a condition on a sort key is
// a range.

/// Appends one key value; `value` must be S, N or B.
void append_component(std::string& out, const AttributeValue& value);

/// Appends text or bytes without the end mark. Every component that begins with `prefix` begins with these
/// bytes.
void append_component_prefix(std::string& out, std::string_view prefix);

/// The partition part of a row key for the values of the partition key attributes, in order.
std::string encode_partition(std::span<const AttributeValue* const> values);

/// The hash at the start of a row key.
std::uint64_t partition_hash(std::string_view row_key);

/// The least key that is greater than every key that begins with `prefix`; empty if there is none.
std::string after_prefix(std::string_view prefix);

/// The rows of one segment of a parallel scan: an equal share of the hashes. `segment` must be less than
/// `total`.
KeyRange segment_range(std::uint32_t segment, std::uint32_t total);

/// True if a row's hash is in a segment.
bool in_segment(std::string_view row_key, std::uint32_t segment, std::uint32_t total);

/// 8 bytes, big-endian, so that keys sort as the numbers do.
std::string encode_sequence(std::uint64_t number);
std::uint64_t decode_sequence(std::string_view key);

}  // namespace tailrace::storage
