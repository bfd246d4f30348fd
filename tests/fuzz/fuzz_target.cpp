#include "tests/fuzz/fuzz_target.hpp"
#include "engine/model/json_writer.hpp"

#include <array>
#include <boost/json.hpp>

namespace tailrace::fuzz {
namespace {

constexpr std::array<FuzzTarget, 12> all = {{
    {"attribute_value", run_attribute_value},
    {"condition", run_condition},
    {"items", run_items},
    {"key_condition", run_key_condition},
    {"mcp", run_mcp},
    {"number", run_number},
    {"projection", run_projection},
    {"request", run_request},
    {"signature", run_signature},
    {"statement", run_statement},
    {"tree", run_tree},
    {"update", run_update},
}};

}  // namespace

std::span<const FuzzTarget> targets() {
    return all;
}

std::optional<std::string_view> as_text(std::string_view input) {
    std::string quoted;
    append_json_string(quoted, input);
    boost::json::error_code error;
    const auto read = boost::json::parse(quoted, error);
    if (error) return std::nullopt;
    require(read.as_string() == input, "a JSON string reads back as what was written");
    return input;
}

void require_answerable(const ApiError& error) {
    require_answerable(error.status(), error.body());
}

void require_answerable(int status, std::string_view body) {
    boost::json::parse_options options;
    options.max_depth = 256;
    boost::json::error_code error;
    const auto answer = boost::json::parse(body, error, {}, options);
    require(!error && answer.is_object(), "an answer is a JSON object");
    if (status == 200) return;
    require(status == 400, "a request's fault is answered with 400");
    const auto* type = answer.get_object().if_contains("__type");
    require(type != nullptr && type->is_string(), "an error names its type");
}

}  // namespace tailrace::fuzz
