#include "server/deployment/template_tables.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"
#include "server/deployment/table_updates.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// TagResource and UntagResource answer with an empty text.
json::object called(Engine& engine, std::string_view operation, const json::object& request) {
    const std::string answer = engine.execute(operation, request);
    return answer.empty() ? json::object() : parse_json(answer).as_object();
}

/// Returns what DescribeTable says about a table, or nullopt if it does not exist.
std::optional<json::object> described(Engine& engine, const std::string& name) {
    try {
        return called(engine, "DescribeTable", {{"TableName", name}}).at("Table").as_object();
    } catch (const ApiError& error) {
        if (error.name() == exceptions::resource_not_found.name) return std::nullopt;
        throw;
    }
}

/// Creates or changes one table.
class TableBringer {
  public:
    TableBringer(Engine& engine, const DeclaredTable& table, bool may_drop, TableReport& report)
        : engine_(engine), table_(table), may_drop_(may_drop), report_(report), name_(table.name()) {}

    void bring() try {
        const std::optional<json::object> known = described(engine_, name_);
        if (!known) {
            create();
            report_.done.push_back("made the table " + name_);
        } else {
            change(*known);
        }
    } catch (const ApiError& error) {
        report_.refused.push_back(table_.place.text() + ": the table " + name_ +
                                  " is refused: " + error.message());
    }

  private:
    void create() {
        called(engine_, "CreateTable", table_.create_table);
        bring_time_to_live();
        put_items();
    }

    void change(const json::object& known) {
        const TableUpdates updates = table_updates(known, table_.create_table);
        if (!updates.why_recreate.empty()) {
            recreate(updates.why_recreate);
            return;
        }
        for (const TableUpdates::Update& update : updates.updates) {
            called(engine_, "UpdateTable", update.body);
            report_.done.push_back("the table " + name_ + ": " + update.purpose);
        }
        bring_time_to_live();
        bring_tags(json::value_to<std::string>(known.at("TableArn")));
    }

    void recreate(const std::string& why) {
        if (!may_drop_) {
            report_.refused.push_back(table_.place.text() + ": the table " + name_ +
                                      " stays as it is, because " + why +
                                      ", and re-creating it would lose its items");
            return;
        }
        called(engine_, "DeleteTable", {{"TableName", name_}});
        create();
        report_.lost.push_back("re-created the table " + name_ + ", without its items: " + why);
    }

    void bring_time_to_live() {
        const json::object is = called(engine_, "DescribeTimeToLive", {{"TableName", name_}})
                                    .at("TimeToLiveDescription")
                                    .as_object();
        const json::value* const attribute = is.if_contains("AttributeName");
        json::object wanted{{"AttributeName", ""}, {"Enabled", false}};
        if (table_.time_to_live) wanted = *table_.time_to_live;
        const json::value* const enabled = wanted.if_contains("Enabled");
        const bool is_wanted = enabled != nullptr && *enabled == json::value(true);
        if (attribute == nullptr && !is_wanted) return;
        if (attribute != nullptr && is_wanted && *attribute == wanted["AttributeName"]) return;
        if (attribute != nullptr) set_time_to_live({{"AttributeName", *attribute}, {"Enabled", false}});
        if (is_wanted) set_time_to_live(wanted);
    }

    void set_time_to_live(const json::object& specification) {
        called(engine_, "UpdateTimeToLive",
               {{"TableName", name_}, {"TimeToLiveSpecification", specification}});
    }

    void bring_tags(const std::string& arn) {
        const json::object listed = called(engine_, "ListTagsOfResource", {{"ResourceArn", arn}});
        const json::value* const declared = table_.create_table.if_contains("Tags");
        const json::array wanted = declared == nullptr ? json::array() : declared->as_array();
        const json::array& known = listed.at("Tags").as_array();
        json::array removed;
        for (const json::value& tag : known) {
            const bool stays = std::ranges::any_of(
                wanted, [&](const json::value& each) { return each.at("Key") == tag.at("Key"); });
            if (!stays) removed.push_back(tag.at("Key"));
        }
        json::array added;
        for (const json::value& tag : wanted) {
            if (std::ranges::find(known, tag) == known.end()) added.push_back(tag);
        }
        if (!removed.empty()) {
            called(engine_, "UntagResource", {{"ResourceArn", arn}, {"TagKeys", std::move(removed)}});
        }
        if (!added.empty()) {
            called(engine_, "TagResource", {{"ResourceArn", arn}, {"Tags", std::move(added)}});
        }
    }

    /// A bad item does not affect the others.
    void put_items() {
        for (const json::object& item : table_.items) {
            try {
                called(engine_, "PutItem", {{"TableName", name_}, {"Item", item}});
            } catch (const ApiError& error) {
                report_.refused.push_back(table_.place.text() + ": an item of the table " + name_ +
                                          " is refused: " + error.message());
            }
        }
    }

    Engine& engine_;
    const DeclaredTable& table_;
    const bool may_drop_;
    TableReport& report_;
    const std::string name_;
};

}  // namespace

TableReport bring_tables(Engine& engine, const std::vector<DeclaredTable>& tables, bool may_drop) {
    TableReport report;
    for (const DeclaredTable& table : tables) TableBringer(engine, table, may_drop, report).bring();
    return report;
}

std::string drop_table(Engine& engine, const std::string& name) try {
    called(engine, "DeleteTable", {{"TableName", name}});
    return {};
} catch (const ApiError& error) {
    return error.message();
}

std::string latest_stream_arn(Engine& engine, const std::string& table) {
    const std::optional<json::object> known = described(engine, table);
    const json::value* const arn = known ? known->if_contains("LatestStreamArn") : nullptr;
    return arn == nullptr ? std::string() : json::value_to<std::string>(*arn);
}

}  // namespace tailrace::server
