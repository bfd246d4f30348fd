#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "conformance/runner/case/matcher.hpp"
#include "conformance/runner/wire/answer_view.hpp"
#include "conformance/runner/wire/http_exchange.hpp"

namespace tailrace::conformance {

/// A step's `expect`, with its variables replaced.
class Expectation {
  public:
    /// Throws MatcherError and VariableError.
    Expectation(const boost::json::object& expect, const Scope& scope, AnswerView view = {});

    /// Where the answer differs, one line each; empty if it is as expected.
    std::vector<std::string> differences_of(const HttpAnswer& answer, long long now) const;
    /// The expected error's short name or status. An answer that has it is not a reason to repeat the
    /// request.
    std::string error() const { return error_; }
    /// The expectation as JSON, for people.
    std::string text() const;

  private:
    const Scope& scope_;
    AnswerView view_;
    std::int64_t status_ = 200;
    std::string error_;
    boost::json::object headers_;
    std::optional<boost::json::value> body_;
    std::optional<boost::json::value> text_;
};

/// The whole `__type` for an error's short name, as DynamoDB sends it.
std::string full_error_type(const std::string& name);

/// The body as JSON, or null if it is not JSON.
boost::json::value body_of(const HttpAnswer& answer);

/// The status and the body, over several lines if need be, for people.
std::string answer_text(const HttpAnswer& answer);

}  // namespace tailrace::conformance
