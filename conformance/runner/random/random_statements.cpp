#include "conformance/runner/random/random_statements.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

struct Statement {
    std::string text;
    json::array parameters;
    /// The items it may write; empty for a statement that reads.
    std::vector<ItemAddress> written{};

    json::object request() const {
        json::object request{{"Statement", text}};
        if (!parameters.empty()) request["Parameters"] = parameters;
        return request;
    }
};

/// Adds " WHERE pk = ? AND sk = ?", or only the partition key if the table has no sort key.
void add_key(Statement& statement, const json::object& key) {
    const char* word = " WHERE ";
    for (const auto& each : key) {
        statement.text += word + std::string(each.key()) + " = ?";
        statement.parameters.push_back(each.value());
        word = " AND ";
    }
}

Statement insert(RandomData& data, const std::string& table) {
    const json::object item = data.item(table);
    Statement statement{"INSERT INTO \"" + table + "\" VALUE {", {}, {{table, key_of(item)}}};
    const char* separator = "";
    for (const auto& each : item) {
        statement.text += separator + ("'" + std::string(each.key()) + "': ?");
        statement.parameters.push_back(each.value());
        separator = ", ";
    }
    statement.text += "}";
    return statement;
}

Statement update(RandomData& data, const std::string& table) {
    const json::object key = data.key(table);
    Statement statement{"UPDATE \"" + table + "\"", {}, {{table, key}}};
    statement.text += " SET a = ?";
    statement.parameters.emplace_back(data.value());
    if (data.one_in(3)) {
        statement.text += " SET n = ?";
        statement.parameters.push_back(json::object{{"N", data.number()}});
    }
    if (data.one_in(3)) statement.text += " REMOVE b";
    add_key(statement, key);
    if (data.one_in(4))
        statement.text += data.pick({" AND n > 0", " AND b IS NOT MISSING", " AND size(l) > 1"});
    return statement;
}

Statement erase(RandomData& data, const std::string& table) {
    const json::object key = data.key(table);
    Statement statement{"DELETE FROM \"" + table + "\"", {}, {{table, key}}};
    add_key(statement, key);
    if (data.one_in(4)) statement.text += data.pick({" AND n > 0", " AND attribute_type(a, 'S')"});
    return statement;
}

Statement write(RandomData& data, const std::string& table) {
    switch (data.below(3)) {
        case 0:
            return insert(data, table);
        case 1:
            return update(data, table);
        default:
            return erase(data, table);
    }
}

/// A SELECT of one item.
Statement get(RandomData& data) {
    const std::string table = data.table();
    Statement statement{"SELECT " + data.pick({"*", "a, b", "n, pk", "l[0]"}) + " FROM \"" + table + "\"",
                        {}};
    add_key(statement, data.key(table));
    return statement;
}

/// A SELECT of one partition.
Statement select(RandomData& data) {
    const std::string table = data.one_in(2) ? data.tables().range : data.tables().indexed;
    Statement statement{"SELECT * FROM \"" + table + "\" WHERE pk = ?", {data.partition()}};
    if (data.one_in(2)) {
        statement.text += data.pick({" AND sk > ?", " AND sk <= ?"});
        statement.parameters.emplace_back(data.sort(table));
    }
    if (data.one_in(2)) {
        statement.text +=
            data.pick({" AND n > 0", " AND a IS MISSING", " AND NOT (b = 'a')", " AND n IN [0, 1, 2]",
                       " AND begins_with(lsk, 'l')", " AND contains(ss, 'x')"});
    }
    return statement;
}

RandomRequest execute_statement(RandomData& data) {
    if (data.one_in(3)) return {"ExecuteStatement", select(data).request(), true};
    const bool reads = data.one_in(4);
    const Statement statement = reads ? get(data) : write(data, data.table());
    json::object request = statement.request();
    if (!reads && data.one_in(4)) request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD";
    return {.operation = "ExecuteStatement", .body = std::move(request), .written = statement.written};
}

/// Several statements that all read or all write, at most one per table.
RandomRequest several(RandomData& data, const char* operation, const char* member) {
    const bool reads = data.one_in(2);
    json::array statements;
    std::vector<ItemAddress> written;
    for (const std::string& table : {data.tables().hash, data.tables().range, data.tables().indexed}) {
        if (!statements.empty() && data.one_in(3)) continue;
        const Statement statement = reads ? get(data) : write(data, table);
        written.insert(written.end(), statement.written.begin(), statement.written.end());
        statements.emplace_back(statement.request());
    }
    return {.operation = operation,
            .body = json::object{{member, std::move(statements)}},
            .written = std::move(written)};
}

}  // namespace

RandomRequest random_statement_request(RandomData& data) {
    switch (data.below(5)) {
        case 0:
            return several(data, "BatchExecuteStatement", "Statements");
        case 1:
            return several(data, "ExecuteTransaction", "TransactStatements");
        default:
            return execute_statement(data);
    }
}

}  // namespace tailrace::conformance
