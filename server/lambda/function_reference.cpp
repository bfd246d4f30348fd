#include "server/lambda/function_reference.hpp"

#include <charconv>
#include <string>

#include "engine/model/text_pattern.hpp"
#include "server/lambda/lambda_error.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// Source: Invoke's URI parameters.
constexpr std::string_view qualifier_pattern = R"((\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_$]+))";
constexpr std::size_t max_qualifier_length = 128;

/// Source: ListVersionsByFunction, MaxItems.
constexpr std::size_t max_listed = 10'000;

void check_qualifier(const std::string& qualifier) {
    static const TextPattern allowed(qualifier_pattern);
    const std::string prefix = "1 validation error detected: Value '" + qualifier +
                               "' at 'qualifier' failed to satisfy constraint: Member must ";
    if (qualifier.size() > max_qualifier_length)
        throw LambdaError::validation(prefix + "have length less than or equal to 128");
    if (!allowed.matches(qualifier)) {
        throw LambdaError::validation(
            prefix + "satisfy regular expression pattern: " + std::string(qualifier_pattern));
    }
}

}  // namespace

stream::FunctionReference reference_in(const WebRequest& request) {
    stream::FunctionReference reference = stream::FunctionReference::parse(request.path_values.front());
    const auto qualifier = request.target.parameter("Qualifier");
    if (!qualifier) return reference;
    check_qualifier(*qualifier);
    if (!reference.qualifier.empty() && reference.qualifier != *qualifier) {
        throw LambdaError::invalid_parameter_value(
            "The derived qualifier from the function name does not match the specified qualifier.");
    }
    reference.qualifier = *qualifier;
    return reference;
}

ListPage page_in(const WebRequest& request) {
    ListPage page;
    page.marker = request.target.parameter("Marker").value_or("");
    const std::string text = request.target.parameter("MaxItems").value_or("");
    if (text.empty()) return page;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), page.max_items);
    const bool is_number = error == std::errc() && end == text.data() + text.size();
    if (!is_number || page.max_items < 1 || page.max_items > max_listed) {
        throw LambdaError::validation("1 validation error detected: Value '" + text +
                                      "' at 'maxItems' failed to satisfy constraint: Member must have value "
                                      "between 1 and 10000");
    }
    return page;
}

json::object page_of(const ListPage& page, std::string_view name,
                     std::vector<std::pair<std::string, json::object>> items) {
    json::object answer;
    json::array& listed = answer[name].emplace_array();
    bool is_reached = page.marker.empty();
    std::string last;
    for (auto& each : items) {
        if (!is_reached) {
            is_reached = each.first == page.marker;
            continue;
        }
        if (listed.size() == page.max_items) {
            answer["NextMarker"] = last;
            break;
        }
        last = std::move(each.first);
        listed.emplace_back(std::move(each.second));
    }
    return answer;
}

}  // namespace tailrace::server
