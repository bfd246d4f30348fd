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

/// What a route is asked. Views are good for the duration of the call.
struct WebRequest {
    std::string_view method;
    RequestTarget target;
    std::span<const HttpHeader> headers = {};
    std::string_view body = {};
    /// What stands in the place of the placeholders of the route's path, percent-decoded, in their order.
    std::vector<std::string> path_values = {};
    /// Told when nobody waits for the answer any more.
    std::stop_token given_up = {};

    /// A header's value, empty where there is none.
    std::string_view header(std::string_view name) const;
};

/// A response with JSON that may go anywhere JSON goes: it may quote what others sent, in any bytes.
HttpResponse json_response(const boost::json::object& body, int status = 200);

/// {"message": …}, as the server words what is not AWS's to word.
HttpResponse message_response(int status, std::string_view message);

}  // namespace tailrace::server
