#pragma once

#include <boost/json.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/expression/update.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/storage/change_log.hpp"
#include "engine/storage/open_store.hpp"
#include "engine/table/catalogue/table_catalogue_json.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"
#include "engine/table/database.hpp"
#include "engine/table/items/item_writer.hpp"
#include "engine/table/items/row_key.hpp"
#include "tests/catch.hpp"
#include "tests/storage/contending_store.hpp"

namespace tailrace::table {

inline AttributeMap item(std::string_view json) {
    return parse_attribute_map(boost::json::parse(json).as_object());
}

/// Applies an update expression to the item.
class ExpressionStep final : public WriteStep {
  public:
    ExpressionStep(std::string_view expression, std::string_view values, AttributeMap key)
        : update_(parse(expression, values)), key_(std::move(key)) {}

    bool reads_old_item() const override { return true; }
    ItemImagePtr new_image(const AttributeMap* old_item) const override {
        return std::make_shared<ItemImage>(old_item != nullptr ? update_.apply(*old_item)
                                                               : update_.create(key_));
    }

  private:
    static expression::Update parse(std::string_view expression, std::string_view values) {
        boost::json::object request;
        if (!values.empty()) request["ExpressionAttributeValues"] = boost::json::parse(values);
        auto placeholders = expression::Placeholders::read(Request(request));
        return expression::Update::parse(expression, placeholders);
    }

    expression::Update update_;
    AttributeMap key_;
};

/// A database for one test. Its clock shows 2026-01-31T12:00:00Z until it is moved.
class TestDatabase {
  public:
    TestDatabase() : TestDatabase(storage::open_store({})) {}
    explicit TestDatabase(std::unique_ptr<storage::Store> store)
        : database(tests::test_store(std::move(store)), clock) {}

    /// Creates a table from the members of a CreateTable request; with `view_type` it has a stream.
    void create(std::string_view request, std::string_view view_type = {}) {
        database.write([&](WriteSession& session) {
            TableDefinition definition = read_definition(boost::json::parse(request).as_object());
            definition.space = session.create_space();
            for (IndexDefinition& index : definition.indexes) index.space = session.create_space();
            if (!view_type.empty()) definition.stream = make_stream(session, definition, view_type);
            Counts counts(definition.indexes.size() + 1);
            session.save_table(std::move(definition), std::move(counts));
            return true;
        });
    }

    /// Creates "numbers" with the key id (S), n (N), the local index by_text (t, S; keys only), and the
    /// global indexes by_tag (tag, S; all) and by_score (tag, S; score, N; includes note).
    void create_numbers(std::string_view view_type = {}) {
        create(R"({"TableName":"numbers",
            "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},
                {"AttributeName":"n","AttributeType":"N"},{"AttributeName":"t","AttributeType":"S"},
                {"AttributeName":"tag","AttributeType":"S"},{"AttributeName":"score","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},{"AttributeName":"n","KeyType":"RANGE"}],
            "LocalSecondaryIndexes":[{"IndexName":"by_text","Projection":{"ProjectionType":"KEYS_ONLY"},
                "KeySchema":[{"AttributeName":"id","KeyType":"HASH"},
                             {"AttributeName":"t","KeyType":"RANGE"}]}],
            "GlobalSecondaryIndexes":[{"IndexName":"by_tag","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"tag","KeyType":"HASH"}]},
                {"IndexName":"by_score","Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["note"]},
                "KeySchema":[{"AttributeName":"tag","KeyType":"HASH"},
                             {"AttributeName":"score","KeyType":"RANGE"}]}]})",
               view_type);
    }

    WriteOutcome put(std::string_view table, std::string_view json) {
        auto image = std::make_shared<ItemImage>(item(json));
        const AttributeMap& key = image->item;
        return write(table, key, PutStep(image));
    }
    WriteOutcome erase(std::string_view table, std::string_view key) {
        return write(table, item(key), DeleteStep());
    }
    WriteOutcome update(std::string_view table, std::string_view key, std::string_view expression,
                        std::string_view values = {}) {
        return write(table, item(key), ExpressionStep(expression, values, item(key)));
    }
    WriteOutcome write(std::string_view name, const AttributeMap& key, const WriteStep& step) {
        return database.write([&](WriteSession& session) {
            const TableDefinition& table = session.table(name);
            return ItemWriter(session).write({table, base_row_key(table, key), &step});
        });
    }

    /// The rows of a table, or of its index if `index` is given, in the order of their keys.
    std::vector<std::string> rows(std::string_view name, std::string_view index = {}) {
        return database.read([&](ReadSession& session) {
            const TableDefinition& definition = session.table(name);
            const storage::SpaceId space =
                index.empty() ? definition.space : definition.find_index(index)->space;
            std::vector<std::string> found;
            const auto cursor = session.transaction().range(space, {}, storage::Direction::forward);
            while (cursor->next()) found.emplace_back(cursor->value());
            return found;
        });
    }

    /// The item count and size in bytes of the table and then of each index.
    std::vector<std::pair<std::int64_t, std::int64_t>> counts(std::string_view name) {
        return database.read([&](ReadSession& session) {
            std::vector<std::pair<std::int64_t, std::int64_t>> all;
            for (const Count& each : session.counts(session.table(name)))
                all.emplace_back(each.items, each.bytes);
            return all;
        });
    }

    /// The records of the table's stream.
    std::vector<boost::json::value> changes(std::string_view name) {
        return database.read([&](ReadSession& session) {
            const storage::SpaceId stream = session.table(name).stream->space;
            std::vector<boost::json::value> records;
            const storage::ChangeLog log(session.transaction(), stream);
            for (const auto& each : log.read({}, {10'000, 100'000'000}).changes) {
                records.push_back(boost::json::parse(each.record_json));
            }
            return records;
        });
    }

    ManualClock clock{Timestamp(std::chrono::seconds(1769860800))};
    Database database;

  private:
    static TableDefinition read_definition(const boost::json::object& request) {
        TableDefinition definition;
        definition.name = std::string(request.at("TableName").as_string());
        definition.id = "00000000-0000-4000-8000-000000000000";
        definition.arn = "arn:aws:dynamodb:us-east-1:000000000000:table/" + definition.name;
        definition.attribute_definitions = request.at("AttributeDefinitions").as_array();
        definition.keys =
            read_key_schema(request.at("KeySchema").as_array(), definition.attribute_definitions);
        for (const bool global : {false, true}) {
            const auto* indexes =
                request.if_contains(global ? "GlobalSecondaryIndexes" : "LocalSecondaryIndexes");
            if (indexes == nullptr) continue;
            for (const auto& each : indexes->as_array()) {
                IndexDefinition& index = definition.indexes.emplace_back();
                index.name = each.at("IndexName").as_string();
                index.global = global;
                index.keys =
                    read_key_schema(each.at("KeySchema").as_array(), definition.attribute_definitions);
                read_projection(each.at("Projection").as_object(), index);
            }
        }
        return definition;
    }

    static StreamDefinition make_stream(WriteSession& session, const TableDefinition& definition,
                                        std::string_view view_type) {
        StreamDefinition stream;
        stream.table_name = definition.name;
        stream.label = "2026-01-31T12:00:00.000";
        stream.arn = definition.arn + "/stream/" + stream.label;
        stream.view_type = view_type;
        stream.region = definition.region();
        open_stream(session, stream, 1);
        return stream;
    }
};

}  // namespace tailrace::table
