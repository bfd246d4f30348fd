#include "conformance/runner/table_shelf.hpp"

#include <algorithm>
#include <functional>
#include <thread>

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes table_patience(10);
constexpr std::chrono::milliseconds first_look(5);
constexpr std::chrono::milliseconds longest_look(3000);

/// Asks until `done` says so. The pauses grow, so that a local server is not waited for and AWS not pressed.
void wait_until(Caller& caller, const std::string& what, const std::function<bool()>& done) {
    auto pause = first_look;
    const auto end = std::chrono::steady_clock::now() + table_patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) throw TableFailure(what + " took too long");
        // Tables are deleted after an interruption, too, which then no longer ends a pause.
        if (!caller.interruption().pause(pause)) std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, longest_look);
    }
}

std::string text_at(const json::value& value, const char* name) {
    const json::value* found = value.is_object() ? value.get_object().if_contains(name) : nullptr;
    return found && found->is_string() ? std::string(found->get_string()) : "";
}

bool is_missing(const json::value& error) {
    return text_at(error, "__type").ends_with("#ResourceNotFoundException");
}

/// Too many tables are changing, or this one still is: to be asked again.
bool is_busy(const json::value& error) {
    const std::string type = text_at(error, "__type");
    return type.ends_with("#LimitExceededException") || type.ends_with("#ResourceInUseException");
}

bool is_active(const json::value& table) {
    if (text_at(table, "TableStatus") != "ACTIVE") return false;
    const json::value* indexes = table.get_object().if_contains("GlobalSecondaryIndexes");
    if (!indexes || !indexes->is_array()) return true;
    return std::all_of(indexes->get_array().begin(), indexes->get_array().end(),
                       [](const json::value& index) { return text_at(index, "IndexStatus") == "ACTIVE"; });
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
    wait_until(caller, "making the table " + name, [&] {
        json::value answer;
        if (caller.call("CreateTable", request, answer)) return has_made_ = true;
        const bool limit = text_at(answer, "__type").ends_with("#LimitExceededException");
        if (!limit || caller.interruption().stopped()) {
            throw TableFailure("cannot make the table " + name + ": " + json::serialize(answer));
        }
        return false;
    });
}

void TableShelf::make(Caller& caller, const std::map<std::string, std::string>& shapes) {
    for (const auto& [name, shape] : shapes) create(caller, name, suite_.table(shape));
    for (const auto& [name, shape] : shapes) {
        wait_until_active(caller, name);
        for (const Step& step : suite_.table(shape).then) {
            json::object request = step.request.as_object();
            request["TableName"] = name;
            json::value answer;
            if (!caller.call(step.operation, request, answer)) {
                throw TableFailure(step.operation + " of " + name + " failed: " + json::serialize(answer));
            }
            wait_until_active(caller, name);
        }
    }
}

void TableShelf::wait_until_active(Caller& caller, const std::string& name) {
    wait_until(caller, "the table " + name + " becoming active", [&] {
        json::value answer;
        if (caller.interruption().stopped()) throw TableFailure("stopped");
        if (!caller.call("DescribeTable", json::object{{"TableName", name}}, answer)) {
            if (is_missing(answer)) return false;
            throw TableFailure("cannot see the table " + name + ": " + json::serialize(answer));
        }
        const json::value* table = answer.get_object().if_contains("Table");
        return table && is_active(*table);
    });
}

void TableShelf::wait_until_deleted(Caller& caller, const std::string& name) {
    wait_until(caller, "the table " + name + " being deleted", [&] {
        json::value answer;
        if (caller.call("DescribeTable", json::object{{"TableName", name}}, answer)) return false;
        if (is_missing(answer)) return true;
        throw TableFailure("cannot see the table " + name + ": " + json::serialize(answer));
    });
}

void TableShelf::remove(Caller& caller, const std::string& name) {
    wait_until(caller, "deleting the table " + name, [&] {
        json::value answer;
        if (caller.call("DeleteTable", json::object{{"TableName", name}}, answer) || is_missing(answer))
            return true;
        if (is_busy(answer)) return false;
        const json::object unprotect{{"TableName", name}, {"DeletionProtectionEnabled", false}};
        const bool is_protected = text_at(answer, "message").find("deletion protection") != std::string::npos;
        json::value unprotected;
        if (is_protected && caller.call("UpdateTable", unprotect, unprotected)) return false;
        throw TableFailure("cannot delete the table " + name + ": " + json::serialize(answer));
    });
}

std::vector<std::string> TableShelf::names_with(Caller& caller, const std::string& prefix) {
    std::vector<std::string> names;
    json::object request;
    // Names come in no order that could be relied on, so that all of them are looked at.
    while (true) {
        json::value answer;
        if (!caller.call("ListTables", request, answer)) {
            throw TableFailure("cannot list the tables: " + json::serialize(answer));
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

std::size_t TableShelf::remove_all(Caller& caller, const std::string& prefix) {
    const std::vector<std::string> names = names_with(caller, prefix);
    for (const std::string& name : names) remove(caller, name);
    for (const std::string& name : names) wait_until_deleted(caller, name);
    return names.size();
}

}  // namespace tailrace::conformance
