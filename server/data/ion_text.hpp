#pragma once

#include <string>
#include <string_view>

#include "engine/model/attribute_value.hpp"

namespace tailrace::server {

// Items in the text form of Amazon Ion, as DynamoDB exports them to S3:
//
//     $ion_1_0 {Item:{id:"1",plays:103.,cover:{{AQI=}},tags:$dynamodb_SS::["a","b"]}}
//
// Text, numbers, blobs, true, false, null, lists and structs are S, N, B, BOOL, NULL, L and M. Sets have the
// annotations $dynamodb_SS, $dynamodb_NS and $dynamodb_BS. Source: "DynamoDB table export output format".

/// Reads one item. Throws DataFault with the fault and its column, and ApiError for a value that DynamoDB
/// cannot store.
AttributeMap read_ion_item(std::string_view text);

/// Appends an item as one line without its end.
void append_ion_item(std::string& out, const AttributeMap& item);

}  // namespace tailrace::server
