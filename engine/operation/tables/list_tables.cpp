#include "engine/operation/operation.hpp"
#include "engine/operation/response_body.hpp"
#include "engine/validation/request_member.hpp"

namespace tailrace::operation {

std::string list_tables(OperationContext& context, const Request& checked) {
    const boost::json::object& request = checked.json();
    const auto limit = static_cast<std::size_t>(validation::integer_member(request, "Limit").value_or(100));
    const std::string start(validation::text_member(request, "ExclusiveStartTableName").value_or(""));

    return context.database.read([&](table::ReadSession& session) {
        const auto& tables = session.catalogue().tables;
        boost::json::array names;
        auto next = tables.upper_bound(start);
        for (; next != tables.end() && names.size() < limit; ++next) {
            if (session.find_table(next->first) != nullptr) names.emplace_back(next->first);
        }
        ResponseBody body;
        body.member("TableNames", names);
        if (next != tables.end()) body.member("LastEvaluatedTableName", boost::json::serialize(names.back()));
        return std::move(body).take();
    });
}

}  // namespace tailrace::operation
