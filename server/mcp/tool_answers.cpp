#include "server/mcp/tool_answers.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "engine/model/json_text.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr int first_error_status = 400;

bool is_error(const DoorAnswer& answer) {
    return answer.status >= first_error_status || answer.has_function_failed;
}

/// Puts this number of elements of `all` into the answer that is shown.
using Cut = std::function<void(json::object& shown, const json::array& all, std::size_t kept)>;

/// Returns an answer with at most `limit` elements of a list, and fewer if it would be too long.
ToolAnswer shortened(const DoorAnswer& answer, std::string_view list, std::size_t limit, const Cut& cut) {
    json::error_code error;
    json::value body = is_error(answer) ? json::value() : parse_json(answer.body, error);
    json::object* const object = body.if_object();
    json::value* const member = object == nullptr ? nullptr : object->if_contains(list);
    if (member == nullptr || !member->is_array()) return answer_of(answer);
    const json::array all = std::move(member->get_array());
    for (std::size_t kept = std::min(all.size(), limit);; kept /= 2) {
        json::object shown = *object;
        cut(shown, all, kept);
        std::string text;
        append_json(text, shown);
        if (kept <= 1 || text.size() <= max_tool_answer_bytes) return answer_of({200, std::move(text)});
    }
}

}  // namespace

ToolAnswer answer_of(DoorAnswer answer) {
    if (answer.body.size() <= max_tool_answer_bytes)
        return {.text = std::move(answer.body), .is_error = is_error(answer)};
    return ToolAnswer::refusal("The answer has " + std::to_string(answer.body.size()) +
                               " bytes, more than the limit of " + std::to_string(max_tool_answer_bytes) +
                               ". Ask for less: for fewer elements, or for a part of the attributes.");
}

ToolAnswer call_for_page(ToolDoor& door, std::string_view operation, json::object request) {
    std::int64_t limit = number_in(request, "Limit", default_items);
    while (true) {
        request["Limit"] = limit;
        DoorAnswer answer = door.call(operation, request);
        if (limit == 1 || answer.body.size() <= max_tool_answer_bytes) return answer_of(std::move(answer));
        limit /= 2;
    }
}

ToolAnswer keep_last(const DoorAnswer& answer, std::string_view list, std::size_t limit) {
    return shortened(answer, list, limit, [list](json::object& shown, const json::array& all, auto kept) {
        const std::size_t left_out = all.size() - kept;
        shown[list] = json::array(all.begin() + left_out, all.end());
        if (left_out > 0) shown["LeftOut"] = left_out;
    });
}

ToolAnswer keep_first(const DoorAnswer& answer, std::string_view list, std::size_t limit) {
    return shortened(answer, list, limit, [list](json::object& shown, const json::array& all, auto kept) {
        shown[list] = json::array(all.begin(), all.begin() + kept);
        const json::object* last = kept < all.size() ? all[kept - 1].if_object() : nullptr;
        const json::value* number = last == nullptr ? nullptr : last->if_contains("Number");
        if (number != nullptr) shown["NextAfterNumber"] = *number;
    });
}

std::int64_t number_in(const json::object& arguments, std::string_view name, std::int64_t otherwise) {
    const json::value* value = arguments.if_contains(name);
    return value == nullptr ? otherwise : value->get_int64();
}

std::string_view text_in(const json::object& arguments, std::string_view name) {
    const json::value* value = arguments.if_contains(name);
    return value == nullptr ? std::string_view() : std::string_view(value->get_string());
}

}  // namespace tailrace::server
