#include "server/hints/request_hints.hpp"

#include "engine/table/database.hpp"
#include "server/hints/error_hints.hpp"
#include "server/hints/hint_header.hpp"
#include "server/requests/requested_items.hpp"

namespace tailrace::server {
namespace {

/// The maximum number of hints in the log, so that clients cannot fill it.
constexpr std::size_t max_hints = 100;

}  // namespace

void RequestHints::on_unknown(const HttpRequest& request, const RequestHead& head, HttpResponse& response) {
    if (!head.is_dynamodb() || request.method != "POST") return;
    std::string hint = "its Content-Type is ";
    hint.append(head.headers.content_type.empty() ? "missing"
                                                  : "'" + shown_name(head.headers.content_type) + "'");
    hint.append(
        "; DynamoDB's API needs Content-Type: application/x-amz-json-1.0, X-Amz-Target: "
        "DynamoDB_20120810.ListTables, X-Amz-Date and Authorization, with any credentials; curl's --user "
        "local:local --aws-sigv4 aws:amz:us-east-1:dynamodb adds the last two");
    give("POST / was answered with UnknownOperationException", hint, LogLevel::warning, response);
}

void RequestHints::on_error(const FailedRequest& request, HttpResponse& response) {
    ErrorHint hint{.text = hint_of_elsewhere(request)};
    if (hint.text.empty()) hint = hint_for(request, engine_.database());
    if (hint.text.empty()) return;
    const std::string subject =
        std::string(request.operation).append(" was answered with ").append(request.error.name());
    give(subject, hint.text, hint.is_expected ? LogLevel::info : LogLevel::warning, response);
}

std::string RequestHints::hint_of_elsewhere(const FailedRequest& request) const {
    if (!others_ || request.error.name() != exceptions::resource_not_found.name) return {};
    const std::string missing = engine_.database().read([&](table::ReadSession& session) {
        for (const std::string_view each : requested_tables(request.parameters)) {
            if (session.find_table(each) == nullptr) return std::string(table::table_name_of(each));
        }
        return std::string();
    });
    if (missing.empty()) return {};
    const std::vector<std::string> namespaces = others_(missing);
    return namespaces.empty() ? std::string() : elsewhere_hint(missing, namespaces);
}

void RequestHints::give(const std::string& subject, const std::string& hint, LogLevel level,
                        HttpResponse& response) {
    add_hint(hint, response);
    tell(subject, hint, level);
}

void RequestHints::on_mounted(const HttpRequest& request, const RequestHead& head,
                              const HttpResponse& response) {
    const std::string_view hint = hint_in(response);
    if (hint.empty()) return;
    const std::string subject = std::string(request.method)
                                    .append(" ")
                                    .append(head.target.path())
                                    .append(" was answered with ")
                                    .append(std::to_string(response.status));
    tell(subject, hint, LogLevel::warning);
}

void RequestHints::tell(const std::string& subject, std::string_view hint, LogLevel level) {
    const std::string line = std::string(subject).append(": ").append(hint);
    {
        const std::lock_guard lock(mutex_);
        if (told_.size() >= max_hints || !told_.insert(line).second) return;
    }
    log_.write(level, line);
}

}  // namespace tailrace::server
