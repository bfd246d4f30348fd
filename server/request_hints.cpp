#include "server/request_hints.hpp"

#include <vector>

#include "engine/model/nearest_name.hpp"
#include "engine/table/database.hpp"

namespace tailrace::server {
namespace {

/// The most hints in the log, so that clients cannot fill it.
constexpr std::size_t max_hints = 100;

}  // namespace

void RequestHints::on_unknown(const HttpRequest& request, const RequestHead& head) {
    if (!head.is_dynamodb() || request.method != "POST") return;
    std::string line = "POST / was answered with UnknownOperationException because its Content-Type is ";
    line.append(head.headers.content_type.empty() ? "missing"
                                                  : "'" + std::string(head.headers.content_type) + "'");
    tell(line +
         ". DynamoDB's API takes application/x-amz-json-1.0, an X-Amz-Target such as "
         "DynamoDB_20120810.ListTables, X-Amz-Date, and an Authorization with any credentials: curl's "
         "--user local:local --aws-sigv4 aws:amz:us-east-1:dynamodb makes the last two");
}

void RequestHints::on_missing_table(std::string_view name_or_arn) {
    const std::string_view name = table::table_name_of(name_or_arn);
    const std::string meant = engine_.database().read([&](table::ReadSession& session) {
        std::vector<std::string_view> names;
        for (const auto& [each, table] : session.catalogue().tables) {
            if (session.find_table(each) != nullptr) names.push_back(each);
        }
        return std::string(nearest_name(name, names));
    });
    if (!meant.empty() && meant != name)
        tell("a request is for the table " + std::string(name) + ", which does not exist; did you mean " +
             meant + "?");
}

void RequestHints::on_table_elsewhere(std::string_view table, const std::vector<std::string>& namespaces) {
    std::string line = "a request is for the table ";
    line.append(table).append(", which its namespace does not have; it exists in");
    for (const std::string& each : namespaces) {
        line.append(&each == &namespaces.front() ? " " : ", ").append(each);
    }
    tell(line + ", which requests reach at the path /~NAME/");
}

void RequestHints::tell(const std::string& line) {
    {
        const std::lock_guard lock(mutex_);
        if (told_.size() >= max_hints || !told_.insert(line).second) return;
    }
    log_.warning(line);
}

}  // namespace tailrace::server
