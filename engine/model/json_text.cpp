#include "engine/model/json_text.hpp"

#include <algorithm>

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

std::string place_of_json_fault(std::string_view text) {
    json::stream_parser parser({}, options());
    json::error_code error;
    const std::string_view read = text.substr(0, parser.write_some(text.data(), text.size(), error));
    const std::size_t line_start = read.rfind('\n') + 1;
    return "line " + std::to_string(std::ranges::count(read, '\n') + 1) + ", column " +
           std::to_string(read.size() - line_start + 1);
}

}  // namespace tailrace
