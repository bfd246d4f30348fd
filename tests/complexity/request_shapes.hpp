#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tailrace::server {

/// A request that grows with a number N: `head`, N times `each` with commas between, `tail`. In `each` a "#"
/// is eight hexadecimal digits that are different each time and in no order, a "%" the number of the
/// repetition, an "@" a text of 256 characters, a "^" a "#".
struct RequestShape {
    std::string_view name;
    std::string_view operation;
    std::string_view head;
    std::string_view each;
    std::string_view tail;
    /// A part of the answer, by which it is known that the request came as far as it is meant to. Answers to
    /// few repetitions may be others.
    std::string_view answer;
    /// The N that the request is measured at, and at its double.
    std::size_t repetitions = 1500;
    /// What stands between two repetitions.
    std::string_view separator = ",";
    /// The name of a shape that is sent first, as large, which is not measured.
    std::string_view before = {};
};

/// Every operation that takes a list or a map stands here, with what it accepts and with what it refuses.
std::span<const RequestShape> request_shapes();

/// The request's body.
std::string body_of(const RequestShape& shape, std::size_t repetitions);

}  // namespace tailrace::server
