#include "server/lambda/request_body.hpp"

#include "engine/model/json_text.hpp"
#include "server/lambda/lambda_error.hpp"

namespace tailrace::server {

namespace json = boost::json;

json::object read_body(const WebRequest& request) {
    if (request.body.empty()) return {};
    json::error_code error;
    json::value parsed = parse_json(request.body, error);
    if (error || !parsed.is_object()) {
        throw LambdaError::invalid_request_content("Could not parse request body into json: " +
                                                   (error ? error.message() : "not an object"));
    }
    return std::move(parsed.get_object());
}

}  // namespace tailrace::server
