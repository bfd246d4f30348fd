#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// Which parts of an answer's body count. By default all of it does, to the letter.
struct AnswerView {
    /// Compare errors as an SDK sees them: the prefix of `__type` does not count, nor does the difference
    /// between message and Message.
    bool as_sdk = false;
    /// Compare numbers of attributes by value: "1.0" and "1" are the same.
    bool numbers_by_value = false;
    /// Members of the body to ignore.
    std::vector<std::string> ignored;

    boost::json::value apply(const boost::json::value& body) const;
};

/// A decimal number in the form in which DynamoDB would return it; other text unchanged.
std::string canonical_number(const std::string& text);

}  // namespace tailrace::conformance
