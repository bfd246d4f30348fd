#include "server/web/web_message.hpp"

#include <utility>

#include "engine/model/ascii_case.hpp"
#include "engine/model/json_text.hpp"
#include "server/wire/request_headers.hpp"
#include "server/wire/shown_text.hpp"

namespace tailrace::server {

std::string_view WebRequest::header(std::string_view name) const {
    for (const HttpHeader& each : headers) {
        if (equal_ignoring_case(each.name, name)) return each.value;
    }
    return {};
}

HttpResponse json_response(const boost::json::object& body, int status) {
    HttpResponse response;
    response.status = status;
    response.content_type = "application/json";
    append_json(response.body, body);
    response.body = escaped_json(std::move(response.body));
    return response;
}

HttpResponse message_response(int status, std::string_view message) {
    return json_response({{"message", message}}, status);
}

}  // namespace tailrace::server
