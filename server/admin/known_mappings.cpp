#include "server/admin/known_mappings.hpp"

#include <string_view>
#include <utility>

#include "server/admin/name_list.hpp"

namespace tailrace::server {
namespace {

using stream::MappingStatus;

bool is_name_of(const std::string& text, const MappingStatus& status) {
    return text == status.id || text == status.name || text == status.table_name + "/" + status.handler_name;
}

bool is_part_of_name(const std::string& text, const MappingStatus& status) {
    return text == status.table_name || status.name == status.table_name + "/" + text;
}

}  // namespace

std::vector<MappingStatus> KnownMappings::all() const {
    std::vector<MappingStatus> all = dispatcher_.statuses();
    for (MappingStatus& status : unstarted_()) all.push_back(std::move(status));
    return all;
}

MappingStatus KnownMappings::find(const std::string& text) const {
    if (const auto found = dispatcher_.find(text)) return found->status();
    const std::vector<MappingStatus> known = all();
    std::vector<std::string_view> names;
    std::vector<std::string_view> candidate_names;
    const MappingStatus* meant = nullptr;
    for (const MappingStatus& status : known) {
        if (is_name_of(text, status)) return status;
        names.emplace_back(status.name);
        if (!is_part_of_name(text, status)) continue;
        candidate_names.emplace_back(status.name);
        meant = &status;
    }
    if (candidate_names.size() == 1) return *meant;
    if (meant != nullptr) {
        throw stream::UnknownMapping("'" + text + "' may mean " + name_list(candidate_names) +
                                     "; name one of them.");
    }
    const std::string there_are =
        names.empty() ? "." : (names.size() == 1 ? "; there is " : "; there are ") + name_list(names) + ".";
    throw stream::UnknownMapping("There is no mapping '" + text + "'" + there_are);
}

}  // namespace tailrace::server
