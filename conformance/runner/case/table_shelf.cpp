#include "conformance/runner/case/table_shelf.hpp"

#include <algorithm>
#include <functional>
#include <thread>

#include "conformance/runner/wire/json_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

/// The run waits at least this long for a table: a server that is slow under load is no reason to give up the
/// cases that use the table.
constexpr std::chrono::seconds min_patience(60);
constexpr std::chrono::milliseconds first_look(5);
constexpr std::chrono::milliseconds longest_look(3000);

/// Asks until `done` returns true. The pauses grow: they are short at first, for a local server, and then
/// long, to spare AWS.
void wait_until(Caller& caller, const std::string& what, std::chrono::seconds patience,
                const std::function<bool()>& done) {
    auto pause = first_look;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) {
            throw TableFailure(what + " took longer than " + std::to_string(patience.count()) + " s");
        }
        // Tables are deleted after an interruption too, and then the interruptible pause returns at once.
        if (!caller.interruption().pause(pause)) std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, longest_look);
    }
}

/// The time to wait for the run's own operations on tables.
std::chrono::seconds own_patience(const Caller& caller) {
    return std::max(min_patience, caller.endpoint().table_patience);
}

std::string refusal(const char* act, const std::string& table, const std::string& operation,
                    const json::value& answer) {
    return "cannot " + std::string(act) + " the table " + table + ": " + operation + " was answered " +
           json::serialize(answer);
}

std::string text_at(const json::value& value, const char* name) {
    const json::value* found = value.is_object() ? value.get_object().if_contains(name) : nullptr;
    return found && found->is_string() ? std::string(found->get_string()) : "";
}

bool is_missing(const json::value& error) {
    return text_at(error, "__type").ends_with("#ResourceNotFoundException");
}

/// True if too many tables are changing or this one still is. The request must then be sent again.
bool is_busy(const json::value& error) {
    const std::string type = text_at(error, "__type");
    return type.ends_with("#LimitExceededException") || type.ends_with("#ResourceInUseException");
}

/// Returns true if deletion protection kept the table from being deleted and is now off, or about to be.
bool turn_protection_off(Caller& caller, const std::string& name, const json::value& error) {
    const std::string text = text_at(error, "message") + text_at(error, "Message");
    bool is_protected = text.find("deletion protection") != std::string::npos;
    json::value answer;
    if (!is_protected && caller.call("DescribeTable", json::object{{"TableName", name}}, answer)) {
        const json::value* on = find_path(answer, "Table.DeletionProtectionEnabled");
        is_protected = on && *on == json::value(true);
    }
    const json::object request{{"TableName", name}, {"DeletionProtectionEnabled", false}};
    return is_protected && (caller.call("UpdateTable", request, answer) || is_busy(answer));
}

bool is_active(const json::value& table) {
    if (text_at(table, "TableStatus") != "ACTIVE") return false;
    const json::value* indexes = table.get_object().if_contains("GlobalSecondaryIndexes");
    if (!indexes || !indexes->is_array()) return true;
    return std::all_of(indexes->get_array().begin(), indexes->get_array().end(),
                       [](const json::value& index) { return text_at(index, "IndexStatus") == "ACTIVE"; });
}

/// Calls `act` with each name that is not refused yet. If that fails, the name is refused from then on, with
/// the reason.
template <typename Act>
void for_each_left(const std::vector<std::string>& names, std::map<std::string, std::string>& refused,
                   Act&& act) {
    for (const std::string& name : names) {
        if (refused.contains(name)) continue;
        try {
            act(name);
        } catch (const TableFailure& failure) {
            refused[name] = failure.what();
        }
    }
}

}  // namespace

std::string TableShelf::own_name(const std::string& unique, const std::string& word) const {
    return prefix_ + "-own-" + unique + "-" + word;
}

std::string TableShelf::new_name(const std::string& unique, const std::string& word) const {
    return prefix_ + "-new-" + unique + (word.empty() ? "" : "-" + word);
}

void TableShelf::create(Caller& caller, const std::string& name, const TableShape& shape) {
    json::object request = shape.create;
    request["TableName"] = name;
    wait_until(caller, "making the table " + name, own_patience(caller), [&] {
        json::value answer;
        try {
            if (caller.call("CreateTable", request, answer)) return has_made_ = true;
        } catch (const Unreachable&) {
            throw;
        } catch (const HttpFailure&) {
            has_made_ = true;
            throw;
        }
        const bool limit = text_at(answer, "__type").ends_with("#LimitExceededException");
        if (!limit || caller.interruption().stopped()) {
            throw TableFailure(refusal("make", name, "CreateTable", answer));
        }
        return false;
    });
}

void TableShelf::prepare(Caller& caller, const std::string& name, const TableShape& shape) {
    wait_until_active(caller, name, own_patience(caller));
    for (const Step& step : shape.then) {
        json::object request = step.request.as_object();
        request["TableName"] = name;
        json::value answer;
        if (!caller.call(step.operation, request, answer)) {
            throw TableFailure(refusal("make", name, step.operation, answer));
        }
        wait_until_active(caller, name, own_patience(caller));
    }
}

TableShelf::Refusals TableShelf::try_to_make(Caller& caller,
                                             const std::map<std::string, std::string>& shapes) {
    std::vector<std::string> names;
    names.reserve(shapes.size());
    for (const auto& [name, shape] : shapes) names.push_back(name);
    Refusals refused;
    // All tables are requested before the first is waited for.
    for_each_left(names, refused,
                  [&](const std::string& name) { create(caller, name, suite_.table(shapes.at(name))); });
    for_each_left(names, refused,
                  [&](const std::string& name) { prepare(caller, name, suite_.table(shapes.at(name))); });
    return refused;
}

void TableShelf::make(Caller& caller, const std::map<std::string, std::string>& shapes) {
    const Refusals refused = try_to_make(caller, shapes);
    if (!refused.empty()) throw TableFailure(refused.begin()->second);
}

void TableShelf::make_shared(Caller& caller, const std::set<std::string>& shapes) {
    std::map<std::string, std::string> tables;
    for (const std::string& shape : shapes) tables[shared_name(shape)] = shape;
    refused_ = try_to_make(caller, tables);
}

void TableShelf::check_shared(const std::string& shape) const {
    const auto found = refused_.find(shared_name(shape));
    if (found != refused_.end()) throw TableFailure(found->second);
}

void TableShelf::wait_until_active(Caller& caller, const std::string& name, std::chrono::seconds patience) {
    wait_until(caller, "the table " + name + " becoming active", patience, [&] {
        json::value answer;
        if (caller.interruption().stopped()) throw TableFailure("stopped");
        if (!caller.call("DescribeTable", json::object{{"TableName", name}}, answer)) {
            if (is_missing(answer)) return false;
            throw TableFailure(refusal("see", name, "DescribeTable", answer));
        }
        const json::value* table = answer.get_object().if_contains("Table");
        return table && is_active(*table);
    });
}

void TableShelf::wait_until_deleted(Caller& caller, const std::string& name, std::chrono::seconds patience) {
    wait_until(caller, "the table " + name + " being deleted", patience, [&] {
        json::value answer;
        if (caller.call("DescribeTable", json::object{{"TableName", name}}, answer)) return false;
        if (is_missing(answer)) return true;
        throw TableFailure(refusal("see", name, "DescribeTable", answer));
    });
}

void TableShelf::remove(Caller& caller, const std::string& name) {
    wait_until(caller, "deleting the table " + name, own_patience(caller), [&] {
        json::value answer;
        if (caller.call("DeleteTable", json::object{{"TableName", name}}, answer) || is_missing(answer))
            return true;
        if (is_busy(answer) || turn_protection_off(caller, name, answer)) return false;
        throw TableFailure(refusal("delete", name, "DeleteTable", answer));
    });
}

std::vector<std::string> TableShelf::names_with(Caller& caller, const std::string& prefix) {
    std::vector<std::string> names;
    json::object request;
    // ListTables promises no order, so every name is looked at.
    while (true) {
        json::value answer;
        if (!caller.call("ListTables", request, answer)) {
            throw TableFailure("cannot list the tables: ListTables was answered " + json::serialize(answer));
        }
        const json::value* page = answer.get_object().if_contains("TableNames");
        if (!page || !page->is_array()) throw TableFailure("ListTables answered no names");
        for (const json::value& each : page->get_array()) {
            std::string name(each.as_string());
            if (name.starts_with(prefix)) names.push_back(std::move(name));
        }
        const std::string last = text_at(answer, "LastEvaluatedTableName");
        if (last.empty()) return names;
        request["ExclusiveStartTableName"] = last;
    }
}

void TableShelf::remove_all(Caller& caller, const std::vector<std::string>& names) {
    Refusals kept;
    for_each_left(names, kept, [&](const std::string& name) { remove(caller, name); });
    for_each_left(names, kept,
                  [&](const std::string& name) { wait_until_deleted(caller, name, own_patience(caller)); });
    std::string trouble;
    for (const auto& [name, why] : kept) trouble.append(trouble.empty() ? "" : "; ").append(why);
    if (!trouble.empty()) throw TableFailure(trouble);
}

}  // namespace tailrace::conformance
