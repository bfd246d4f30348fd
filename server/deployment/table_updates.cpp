#include "server/deployment/table_updates.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view index_list = "GlobalSecondaryIndexes";
constexpr std::string_view provisioned = "PROVISIONED";

const json::value& member_or_null(const json::object& owner, std::string_view name) {
    static const json::value none;
    const json::value* const found = owner.if_contains(name);
    return found == nullptr ? none : *found;
}

const json::array& list_in(const json::object& owner, std::string_view name) {
    static const json::array none;
    const json::value& found = member_or_null(owner, name);
    return found.is_array() ? found.get_array() : none;
}

const json::object& map_in(const json::object& owner, std::string_view name) {
    static const json::object none;
    const json::value& found = member_or_null(owner, name);
    return found.is_object() ? found.get_object() : none;
}

std::string_view text_in_map(const json::object& owner, std::string_view name, std::string_view otherwise) {
    const json::value& found = member_or_null(owner, name);
    return found.is_string() ? std::string_view(found.get_string()) : otherwise;
}

const json::object* find_index(const json::object& table, std::string_view list, std::string_view name) {
    for (const json::value& each : list_in(table, list)) {
        if (each.is_object() && text_in_map(each.get_object(), "IndexName", "") == name) {
            return &each.get_object();
        }
    }
    return nullptr;
}

/// Returns a copy whose lists of names are sorted, because their order means nothing.
json::object sorted_projection(const json::object& index) {
    json::object projection = map_in(index, "Projection");
    if (json::value* const names = projection.if_contains("NonKeyAttributes")) {
        if (names->is_array()) {
            std::ranges::sort(names->get_array(), {}, [](const json::value& each) {
                return each.is_string() ? std::string_view(each.get_string()) : std::string_view();
            });
        }
    }
    return projection;
}

bool has_same_shape(const json::object& one, const json::object& other) {
    return list_in(one, "KeySchema") == list_in(other, "KeySchema") &&
           sorted_projection(one) == sorted_projection(other);
}

/// Returns the type of an attribute, "S", or an empty text.
std::string_view type_of_attribute(const json::object& table, std::string_view name) {
    for (const json::value& each : list_in(table, "AttributeDefinitions")) {
        if (each.is_object() && text_in_map(each.get_object(), "AttributeName", "") == name) {
            return text_in_map(each.get_object(), "AttributeType", "");
        }
    }
    return {};
}

bool has_same_types(const json::object& one, const json::object& other, const json::array& keys) {
    return std::ranges::all_of(keys, [&](const json::value& key) {
        const std::string_view name = text_in_map(key.as_object(), "AttributeName", "");
        return type_of_attribute(one, name) == type_of_attribute(other, name);
    });
}

/// Compares one table with one declaration.
class Comparison {
  public:
    Comparison(const json::object& described, const json::object& wanted)
        : described_(described), wanted_(wanted) {}

    TableUpdates updates() {
        result_.why_recreate = why_recreate();
        if (!result_.why_recreate.empty()) return std::move(result_);
        remove_indexes();
        compare_billing();
        compare_stream();
        add_indexes();
        compare_text("TableClass",
                     text_in_map(map_in(described_, "TableClassSummary"), "TableClass", "STANDARD"),
                     "STANDARD");
        compare_protection();
        return std::move(result_);
    }

  private:
    std::string why_recreate() const {
        const json::array& keys = list_in(wanted_, "KeySchema");
        if (keys != list_in(described_, "KeySchema") || !has_same_types(described_, wanted_, keys)) {
            return "its keys have changed";
        }
        const json::array& local = list_in(wanted_, "LocalSecondaryIndexes");
        bool is_same = local.size() == list_in(described_, "LocalSecondaryIndexes").size();
        for (const json::value& each : local) {
            const json::object& index = each.as_object();
            const json::object* const known =
                find_index(described_, "LocalSecondaryIndexes", text_in_map(index, "IndexName", ""));
            is_same = is_same && known != nullptr && has_same_shape(*known, index) &&
                      has_same_types(described_, wanted_, list_in(index, "KeySchema"));
        }
        return is_same ? "" : "its local indexes have changed";
    }

    void add(json::object body, std::string purpose) {
        body["TableName"] = member_or_null(wanted_, "TableName");
        result_.updates.push_back({std::move(body), std::move(purpose)});
    }

    /// Returns GlobalSecondaryIndexUpdates with one element.
    static json::array action(const char* name, const json::object& content) {
        json::array updates;
        updates.push_back(json::object{{name, content}});
        return updates;
    }

    bool keeps(const json::object& index) const {
        const json::object* const wanted =
            find_index(wanted_, index_list, text_in_map(index, "IndexName", ""));
        return wanted != nullptr && has_same_shape(index, *wanted) &&
               has_same_types(described_, wanted_, list_in(index, "KeySchema"));
    }

    void remove_indexes() {
        for (const json::value& each : list_in(described_, index_list)) {
            const json::object& index = each.as_object();
            if (keeps(index)) continue;
            const std::string name(text_in_map(index, "IndexName", ""));
            add({{"GlobalSecondaryIndexUpdates", action("Delete", {{"IndexName", name}})}},
                "removes the index " + name);
        }
    }

    void add_indexes() {
        for (const json::value& each : list_in(wanted_, index_list)) {
            const json::object& index = each.as_object();
            const std::string name(text_in_map(index, "IndexName", ""));
            const json::object* const known = find_index(described_, index_list, name);
            if (known != nullptr && keeps(*known)) continue;
            add({{"AttributeDefinitions", list_in(wanted_, "AttributeDefinitions")},
                 {"GlobalSecondaryIndexUpdates", action("Create", index)}},
                "adds the index " + name);
        }
    }

    static bool has_same_units(const json::object& known, const json::object& wanted) {
        const json::object& is = map_in(known, "ProvisionedThroughput");
        const json::object& should_be = map_in(wanted, "ProvisionedThroughput");
        return std::ranges::all_of(should_be, [&](const auto& member) {
            return member_or_null(is, member.key()) == member.value();
        });
    }

    void compare_billing() {
        const std::string_view is =
            text_in_map(map_in(described_, "BillingModeSummary"), "BillingMode", provisioned);
        const std::string_view mode = text_in_map(wanted_, "BillingMode", provisioned);
        json::object body;
        if (mode != is) body["BillingMode"] = mode;
        if (mode == provisioned && !has_same_units(described_, wanted_)) {
            body["ProvisionedThroughput"] = member_or_null(wanted_, "ProvisionedThroughput");
        }
        json::array indexes;
        for (const json::value& each : list_in(wanted_, index_list)) {
            const json::object& index = each.as_object();
            const json::object* const known =
                find_index(described_, index_list, text_in_map(index, "IndexName", ""));
            if (mode != provisioned || known == nullptr || !keeps(*known) || has_same_units(*known, index)) {
                continue;
            }
            json::object units{{"IndexName", member_or_null(index, "IndexName")},
                               {"ProvisionedThroughput", member_or_null(index, "ProvisionedThroughput")}};
            indexes.push_back(json::object{{"Update", std::move(units)}});
        }
        if (!indexes.empty()) body["GlobalSecondaryIndexUpdates"] = std::move(indexes);
        if (!body.empty()) add(std::move(body), "changes the throughput");
    }

    void compare_stream() {
        const json::object& is = map_in(described_, "StreamSpecification");
        const json::object& should_be = map_in(wanted_, "StreamSpecification");
        const std::string_view view = text_in_map(is, "StreamViewType", "");
        const std::string_view wanted_view = text_in_map(should_be, "StreamViewType", "");
        if (view == wanted_view) return;
        // The kind of a stream cannot change: it ends, and another begins.
        if (!view.empty()) add({{"StreamSpecification", {{"StreamEnabled", false}}}}, "ends the stream");
        if (!wanted_view.empty()) add({{"StreamSpecification", should_be}}, "begins a stream");
    }

    void compare_text(const char* name, std::string_view is, std::string_view by_default) {
        const std::string_view wanted = text_in_map(wanted_, name, by_default);
        if (wanted != is) add({{name, wanted}}, "changes " + std::string(name));
    }

    void compare_protection() {
        constexpr const char* name = "DeletionProtectionEnabled";
        const bool is = member_or_null(described_, name) == json::value(true);
        const bool wanted = member_or_null(wanted_, name) == json::value(true);
        if (wanted != is) add({{name, wanted}}, "changes the protection against deletion");
    }

    const json::object& described_;
    const json::object& wanted_;
    TableUpdates result_;
};

}  // namespace

TableUpdates table_updates(const json::object& described, const json::object& wanted) {
    return Comparison(described, wanted).updates();
}

}  // namespace tailrace::server
