#include "server/hints/failed_request.hpp"

#include <algorithm>

#include "engine/model/utf8.hpp"

namespace tailrace::server {
namespace {

constexpr std::size_t shown_name_bytes = 60;
constexpr std::size_t listed_names_count = 5;

}  // namespace

std::string_view FailureScene::text(std::string_view parameter) const {
    const boost::json::value* value = request.parameters.if_contains(parameter);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

const table::TableDefinition* FailureScene::table() const {
    const std::string_view name = text("TableName");
    return name.empty() ? nullptr : session.find_table(name);
}

std::string_view FailureScene::word_after(std::string_view mark, std::string_view end) const {
    const std::size_t begin = message.find(mark);
    if (begin == std::string::npos) return {};
    const std::string_view rest = std::string_view(message).substr(begin + mark.size());
    return rest.substr(0, rest.find(end));
}

std::string shown_name(std::string_view name) {
    if (name.size() <= shown_name_bytes) return std::string(name);
    return std::string(first_characters(name, shown_name_bytes)).append("...");
}

std::string listed_names(const std::vector<std::string>& names) {
    const std::size_t count = std::min(names.size(), listed_names_count);
    std::string listed;
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) listed.append(i + 1 == names.size() ? " and " : ", ");
        listed.append(names[i]);
    }
    if (names.size() > count) listed.append(" and others");
    return listed;
}

}  // namespace tailrace::server
