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

/// The endpoint refuses the credentials, or they lack a permission that the run needs, so that no further
/// request makes sense.
class CredentialsRefused : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Where requests go and how they are signed. Must outlive its callers.
struct Endpoint {
    Url url;
    /// Where the operations of DynamoDB Streams go; AWS has a host of their own for them.
    Url streams_url;
    std::string region = "us-east-1";
    /// Called for each request; `renew` asks for new credentials because the last ones have expired.
    std::function<Credentials(bool renew)> credentials;
    /// True if the credentials are an account's. A curl line then names environment variables in place of
    /// them.
    bool is_aws = false;
    HttpExchange::Options http;
    /// The time for which a step with "eventually" is repeated.
    std::chrono::seconds patience{10};
    /// The time that a table may take to reach the state that a step waits for.
    std::chrono::seconds table_patience{10};
    AnswerView view;
};

/// What is wrong with a request's signature on purpose.
struct SigningFaults {
    /// Each of these four replaces the correct value in the signature. If it is empty, the correct value is
    /// used.
    std::string access_key_id;
    std::string secret_access_key;
    std::string region;
    std::string service;
    /// How long ago the request seems to have been signed.
    long long age_seconds = 0;
    /// The names of headers that the signature does not cover.
    std::vector<std::string> unsigned_headers;
};

/// A request without host, signature and framing.
struct Draft {
    HttpRequest request;
    /// Names of headers to leave out although every request has them.
    std::vector<std::string> left_out;
    bool sign = true;
    SigningFaults signing_faults = {};
    bool to_streams = false;
};

/// A call of an operation, as an SDK sends it.
Draft draft_call(const std::string& operation, const boost::json::value& body);
/// The request of a raw step whose variables are replaced. Throws FormatError.
Draft draft_raw(const boost::json::object& raw);

/// Sends requests to one endpoint over connections of its own. For one thread at a time.
class Caller {
  public:
    Caller(const Endpoint& endpoint, Interruption& interruption);

    struct Exchange {
        /// The request as it was sent.
        HttpRequest request;
        HttpAnswer answer;
    };

    /// Sends the request. If the answer is throttling or a fault of the service, sends it again after a
    /// pause, a limited number of times, unless that answer is the `expected_error` (an error's short name or
    /// a status). Renews expired credentials once. Stopping the run ends the repetition and cuts off the
    /// request under way. Throws HttpFailure and CredentialsRefused.
    Exchange send(const Draft& draft, const std::string& expected_error = {});

    /// Calls an operation for the run itself. Returns true if the status is 200 and the body is an object,
    /// which is put into `body`. Otherwise `body` is the error's body, or a string with status and text if
    /// that is not an object. Throws what `send` throws, and CredentialsRefused if the account does not allow
    /// the operation.
    bool call(const std::string& operation, const boost::json::value& request, boost::json::value& body);

    /// A shell command that repeats the request.
    std::string curl_line(const Draft& draft) const;

    const Endpoint& endpoint() const { return endpoint_; }
    Interruption& interruption() { return interruption_; }

  private:
    HttpRequest finish(const Draft& draft, bool renew) const;
    void sign_draft(const Draft& draft, HttpRequest& request, bool renew) const;

    const Endpoint& endpoint_;
    Interruption& interruption_;
    HttpExchange exchange_;
    HttpExchange streams_exchange_;
};

/// The name in an error's `__type` without its prefix; empty if the answer is not an error with a type.
std::string error_name(const HttpAnswer& answer);

/// Seconds since 1970.
long long seconds_now();

}  // namespace tailrace::conformance
