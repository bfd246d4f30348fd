#include "server/requests/request_log.hpp"

#include <algorithm>
#include <exception>
#include <limits>

#include "engine/table/catalogue/catalogue.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// The longest name of a table or an index. A request with a longer name fails, and the log cuts the name
/// off.
constexpr std::size_t longest_name = 255;

/// Calls `take` for the names in a list that is separated by commas, until `take` returns true. Returns true
/// if that happened.
template <typename Take>
bool any_name(std::string_view list, Take take) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        if (take(list.substr(0, end))) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

std::string_view text_of(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

/// Adds the name of a table, which may be given by its ARN, unless the list already has it.
void add_table(std::string& names, std::string_view name_or_arn) {
    const std::string_view name = table::table_name_of(name_or_arn).substr(0, longest_name);
    if (name.empty() || any_name(names, [&](std::string_view known) { return known == name; })) return;
    if (!names.empty()) names.push_back(',');
    names.append(name);
}

/// Adds the tables of a batch and of a transaction.
void add_tables_of_members(std::string& names, const json::object& request) {
    if (const json::value* items = request.if_contains("RequestItems"); items && items->is_object()) {
        for (const json::key_value_pair& each : items->get_object()) add_table(names, each.key());
    }
    const json::value* members = request.if_contains("TransactItems");
    if (members == nullptr || !members->is_array()) return;
    for (const json::value& member : members->get_array()) {
        if (!member.is_object()) continue;
        for (const json::key_value_pair& each : member.get_object()) {
            if (each.value().is_object()) add_table(names, text_of(each.value().get_object(), "TableName"));
        }
    }
}

}  // namespace

RequestLog::RequestLog(Engine& engine) : engine_(engine) {
    engine_.set_request_observer(this);
}

RequestLog::~RequestLog() {
    engine_.set_request_observer(nullptr);
}

void RequestLog::on_request(const RequestReport& report) noexcept try {
    const Timestamp now = engine_.clock().now();
    const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(steady_time() - report.began);
    const std::lock_guard lock(mutex_);
    counts_.add(report, duration);
    const std::size_t place = newest_ % max_requests;
    if (place == entries_.size()) entries_.emplace_back();
    Entry& entry = entries_[place];
    note_names(entry, report);
    note(entry, report, duration);
    entry.time = now;
    ++newest_;
} catch (const std::exception&) {
    // If there is no memory for it, the request is not logged.
    return;
}

/// Every request comes here, and nearly all of them name one table.
void RequestLog::note_names(Entry& entry, const RequestReport& report) {
    std::string_view tables = table::table_name_of(text_of(report.request, "TableName"));
    tables = tables.empty() ? names_of_several(report) : tables.substr(0, longest_name);
    const std::string_view index = text_of(report.request, "IndexName").substr(0, longest_name);
    entry.tables_length = static_cast<std::uint16_t>(tables.size());
    entry.index_length = static_cast<std::uint16_t>(index.size());
    entry.error_length = static_cast<std::uint16_t>(report.error.size());
    const std::size_t length = tables.size() + index.size() + report.error.size();
    const bool is_short = length <= entry.short_names.size();
    entry.long_names.resize(is_short ? 0 : length);
    char* end = is_short ? entry.short_names.data() : entry.long_names.data();
    for (const std::string_view each : {tables, index, report.error}) end += each.copy(end, each.size());
}

std::string_view RequestLog::names_of_several(const RequestReport& report) {
    names_.clear();
    if (report.cost.tables.empty()) {
        add_tables_of_members(names_, report.request);
        return names_;
    }
    any_name(report.cost.tables, [&](std::string_view name) {
        add_table(names_, name);
        return false;
    });
    return names_;
}

void RequestLog::note(Entry& entry, const RequestReport& report, std::chrono::microseconds duration) {
    const auto count = [](std::size_t items) { return static_cast<std::uint32_t>(items); };
    entry.operation = report.operation;
    entry.status = static_cast<std::uint16_t>(report.status);
    entry.microseconds = static_cast<std::uint32_t>(
        std::min<std::int64_t>(duration.count(), std::numeric_limits<std::uint32_t>::max()));
    entry.capacity_units = static_cast<float>(report.cost.capacity_units);
    entry.items_read = count(report.cost.items_read);
    entry.items_returned = count(report.cost.items_returned);
    entry.items_written = count(report.cost.items_written);
    entry.function = report.function;
}

LoggedRequest RequestLog::shown(const Entry& entry, std::uint64_t number) {
    LoggedRequest request;
    request.number = number;
    request.time = entry.time;
    request.operation = entry.operation;
    any_name(entry.tables(), [&](std::string_view name) {
        request.tables.emplace_back(name);
        return false;
    });
    request.index = entry.index();
    request.status = entry.status;
    request.error = entry.error();
    request.function = entry.function;
    request.cost = {.capacity_units = entry.capacity_units,
                    .items_read = entry.items_read,
                    .items_returned = entry.items_returned,
                    .items_written = entry.items_written,
                    .tables = {}};
    request.duration = std::chrono::microseconds(entry.microseconds);
    return request;
}

bool RequestLog::selects(const RequestFilter& filter, const Entry& entry) {
    if (!filter.operation.empty() && filter.operation != entry.operation) return false;
    if (filter.status && *filter.status != entry.status) return false;
    return filter.table.empty() ||
           any_name(entry.tables(), [&](std::string_view name) { return name == filter.table; });
}

std::vector<LoggedRequest> RequestLog::requests(const RequestFilter& filter) const {
    const std::lock_guard lock(mutex_);
    std::vector<LoggedRequest> found;
    const std::uint64_t forgotten = newest_ - std::min<std::uint64_t>(newest_, entries_.size());
    for (std::uint64_t number = std::max(forgotten, filter.after); number < newest_; ++number) {
        const Entry& entry = entries_[number % max_requests];
        if (selects(filter, entry)) found.push_back(shown(entry, number + 1));
    }
    return found;
}

std::uint64_t RequestLog::newest() const {
    const std::lock_guard lock(mutex_);
    return newest_;
}

std::size_t RequestLog::clear() {
    const std::lock_guard lock(mutex_);
    const std::size_t count = entries_.size();
    entries_.clear();
    newest_ = 0;
    return count;
}

std::vector<RequestCount> RequestLog::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_.all();
}

}  // namespace tailrace::server
