#pragma once

#include <boost/json.hpp>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/http_message.hpp"
#include "server/wire/request_target.hpp"

namespace tailrace::server {

/// A request to a route. Views are valid for the duration of the call.
struct WebRequest {
    std::string_view method;
    RequestTarget target;
    std::span<const HttpHeader> headers = {};
    std::string_view body = {};
    /// The values of the placeholders in the route's path, percent-decoded and in order.
    std::vector<std::string> path_values = {};
    /// Signals when nobody waits for the answer any longer.
    std::stop_token given_up = {};

    /// Returns a header's value, or an empty string if there is none.
    std::string_view header(std::string_view name) const;
};

/// Returns a response with this JSON, safe for terminals and for strict parsers. The JSON may quote what
/// others sent, in any bytes.
HttpResponse json_response(const boost::json::object& body, int status = 200);

/// Returns {"message": …}, for messages whose words are ours and not AWS's.
HttpResponse message_response(int status, std::string_view message);

}  // namespace tailrace::server
