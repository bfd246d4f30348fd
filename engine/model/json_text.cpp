#include "engine/model/json_text.hpp"

namespace tailrace {
namespace {

namespace json = boost::json;

json::parse_options options() {
    json::parse_options options;
    options.max_depth = max_json_depth;
    return options;
}

}  // namespace

json::value parse_json(std::string_view text, json::storage_ptr memory) {
    return json::parse(text, std::move(memory), options());
}

json::value parse_json(std::string_view text, json::error_code& error) {
    return json::parse(text, error, {}, options());
}

}  // namespace tailrace
