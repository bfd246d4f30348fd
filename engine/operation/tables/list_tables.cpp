#include <string>
#include <vector>

#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"

namespace tailrace::operation {
namespace {

struct ListTablesRequest {
    std::size_t limit;
    std::string_view exclusive_start_name;
};

struct NamePage {
    std::vector<std::string> names = {};
    bool has_more = false;
};

NamePage find_names(const table::ReadSession& session, const ListTablesRequest& list) {
    const auto& tables = session.catalogue().tables;
    NamePage page;
    auto next = tables.upper_bound(list.exclusive_start_name);
    for (; next != tables.end() && page.names.size() < list.limit; ++next) {
        if (session.find_table(next->first) != nullptr) page.names.push_back(next->first);
    }
    page.has_more = next != tables.end();
    return page;
}

}  // namespace

std::string list_tables(OperationContext& context, const Request& request) {
    const ListTablesRequest list{static_cast<std::size_t>(request.integer("Limit").value_or(100)),
                                 request.text("ExclusiveStartTableName").value_or("")};
    const NamePage page =
        context.read([&](table::ReadSession& session) { return find_names(session, list); });

    ResponseBody body;
    body.member("TableNames", boost::json::array(page.names.begin(), page.names.end()));
    if (page.has_more) body.member("LastEvaluatedTableName", boost::json::value(page.names.back()));
    return std::move(body).take();
}

}  // namespace tailrace::operation
