#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tailrace::server {

/// A request that grows with a number N: `head`, N times `each` with `separator` between, `tail`. In `each` a
/// "#" is replaced by eight hexadecimal digits, different each time and in no order, a "%" by the number of
/// the repetition, an "@" by a text of 256 characters, and a "^" by a "#".
struct RequestShape {
    std::string_view name;
    std::string_view operation;
    std::string_view head;
    std::string_view each;
    std::string_view tail;
    /// A part of the answer that shows that the request was processed as far as intended. Answers to few
    /// repetitions may differ.
    std::string_view answer;
    /// The N at which the request is measured; it is also measured at 2 N.
    std::size_t repetitions = 1500;
    /// The text between two repetitions.
    std::string_view separator = ",";
    /// The name of a shape that is sent first, at the same size, and not measured.
    std::string_view before = {};
};

/// Every operation that takes a list or a map is here, with input that it accepts and input that it refuses.
std::span<const RequestShape> request_shapes();

/// The request's body.
std::string body_of(const RequestShape& shape, std::size_t repetitions);

}  // namespace tailrace::server
