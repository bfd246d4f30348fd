#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

#include "conformance/runner/case/case_file.hpp"
#include "conformance/runner/wire/answer_view.hpp"
#include "conformance/runner/wire/http_exchange.hpp"
#include "conformance/runner/wire/interruption.hpp"
#include "conformance/runner/wire/signer.hpp"

namespace tailrace::conformance {

/// The endpoint refuses the credentials or what they would be needed for, so that no further request makes
/// sense.
class CredentialsRefused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where requests go and how they are signed. Lives as long as its callers.
struct Endpoint {
    Url url;
    /// Where the operations of DynamoDB Streams go, which is a host of its own on AWS.
    Url streams_url;
    std::string region = "us-east-1";
    /// Called for each request; `renew` asks for others than the last time, for those have expired.
    std::function<Credentials(bool renew)> credentials;
    /// What the credentials are to a reader of a curl line: never the credentials of an account.
    bool is_aws = false;
    HttpExchange::Options http;
    /// How long a step with "eventually" is asked again.
    std::chrono::seconds patience{10};
    /// How long a table may take to become what a step waits for.
    std::chrono::seconds table_patience{10};
    AnswerView view;
};

/// A request before it has a host, a signature and its framing.
struct Draft {
    HttpRequest request;
    /// The names of headers that are not to be sent although every request has them.
    std::vector<std::string> left_out;
    bool sign = true;
    bool to_streams = false;
};

/// The call of an operation as an SDK makes it.
Draft draft_call(const std::string& operation, const boost::json::value& body);
/// A raw step, its variables replaced. Throws FormatError.
Draft draft_raw(const boost::json::object& raw);

/// Sends requests to one endpoint over connections of its own; for one thread at a time.
class Caller {
  public:
    Caller(const Endpoint& endpoint, Interruption& interruption);

    struct Exchange {
        /// As it was sent.
        HttpRequest request;
        HttpAnswer answer;
    };

    /// Sends it, unless the run was stopped, which breaks off what is under way, too; again after a pause as
    /// long as the answer is that there are too many requests or the service's own fault, unless
    /// `expected_error`, a short name or a status, is just that. Credentials that have expired are renewed
    /// once. Throws HttpFailure and CredentialsRefused.
    Exchange send(const Draft& draft, const std::string& expected_error = {});

    /// Calls an operation for the run's own sake; true and the body, an object, when it was answered 200.
    /// Otherwise `body` is the error's, or a string with the status and the text where that is no object.
    /// Throws what `send` throws, and CredentialsRefused when an account does not allow the operation.
    bool call(const std::string& operation, const boost::json::value& request, boost::json::value& body);

    /// A line for a shell that repeats the request.
    std::string curl_line(const Draft& draft) const;

    const Endpoint& endpoint() const { return endpoint_; }
    Interruption& interruption() { return interruption_; }

  private:
    HttpRequest finish(const Draft& draft, bool renew) const;

    const Endpoint& endpoint_;
    Interruption& interruption_;
    HttpExchange exchange_;
    HttpExchange streams_exchange_;
};

/// The name in an error's `__type` without its prefix; empty when the answer is no such error.
std::string error_name(const HttpAnswer& answer);

/// Seconds since 1970.
long long seconds_now();

}  // namespace tailrace::conformance
