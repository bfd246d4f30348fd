#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// What of an answer's body counts. By default all of it does, to the letter.
struct AnswerView {
    /// As an SDK sees errors: neither the prefix of `__type` counts nor whether it is message or Message.
    bool as_sdk = false;
    /// Numbers of attributes count by their value: "1.0" and "1" are the same.
    bool numbers_by_value = false;
    /// Members of the body that do not count.
    std::vector<std::string> ignored;

    boost::json::value apply(const boost::json::value& body) const;
};

/// The one form of a decimal number that DynamoDB would answer with; other text as it is.
std::string canonical_number(const std::string& text);

}  // namespace tailrace::conformance
