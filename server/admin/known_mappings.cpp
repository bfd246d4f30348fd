#include "server/admin/known_mappings.hpp"

#include <utility>

namespace tailrace::server {
namespace {

using stream::MappingStatus;

/// "a, b and c"
std::string names_of(const std::vector<const MappingStatus*>& mappings) {
    std::string names;
    for (std::size_t i = 0; i < mappings.size(); ++i) {
        if (i > 0) names.append(i + 1 == mappings.size() ? " and " : ", ");
        names.append(mappings[i]->name);
    }
    return names;
}

bool is_name_of(const std::string& text, const MappingStatus& status) {
    return text == status.id || text == status.name || text == status.table_name + "/" + status.handler_name;
}

bool is_part_of_name(const std::string& text, const MappingStatus& status) {
    return text == status.table_name || status.name == status.table_name + "/" + text;
}

}  // namespace

std::vector<MappingStatus> KnownMappings::all() const {
    std::vector<MappingStatus> all = dispatcher_.statuses();
    for (MappingStatus& status : resting_()) all.push_back(std::move(status));
    return all;
}

MappingStatus KnownMappings::find(const std::string& text) const {
    if (auto found = dispatcher_.find(text)) return std::move(*found);
    std::vector<MappingStatus> known = all();
    std::vector<const MappingStatus*> listed;
    std::vector<const MappingStatus*> meant;
    for (MappingStatus& status : known) {
        if (is_name_of(text, status)) return std::move(status);
        listed.push_back(&status);
        if (is_part_of_name(text, status)) meant.push_back(&status);
    }
    if (meant.size() == 1) return *meant.front();
    if (!meant.empty())
        throw stream::UnknownMapping("'" + text + "' may be " + names_of(meant) + ": name one of them.");
    const std::string there_are =
        listed.empty() ? "." : (listed.size() == 1 ? "; there is " : "; there are ") + names_of(listed) + ".";
    throw stream::UnknownMapping("There is no mapping '" + text + "'" + there_are);
}

}  // namespace tailrace::server
