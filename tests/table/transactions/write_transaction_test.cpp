#include "engine/table/transactions/write_transaction.hpp"

#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

using Rows = std::vector<std::string>;

const std::string one = R"({"id":{"S":"a"},"n":{"N":"1"}})";
const std::string two = R"({"id":{"S":"a"},"n":{"N":"2"}})";

PlannedWrite put(const TableDefinition& table, std::string_view json) {
    auto image = std::make_shared<ItemImage>(item(json));
    const std::string row_key = base_row_key(table, image->item);
    return {.table = table, .row_key = row_key, .step = std::make_unique<PutStep>(image)};
}

PlannedWrite put_new(const TableDefinition& table, std::string_view json, FailedCondition failure) {
    PlannedWrite write = put(table, json);
    write.condition = std::make_shared<const expression::Condition>(
        expression::Condition::attribute_not_exists(expression::Path("id")));
    write.failure = failure;
    return write;
}

/// A step that makes an item with an empty key of an index.
class EmptyKeyStep final : public WriteStep {
  public:
    bool reads_old_item() const override { return false; }
    ItemImagePtr new_image(const AttributeMap*) const override { throw EmptyKeyValue("empty"); }
};

/// The body of the ApiError that the work ends with.
template <typename Work>
boost::json::value error_of(Work&& work) {
    try {
        work();
    } catch (const ApiError& error) {
        return boost::json::parse(error.body());
    }
    return {};
}

}  // namespace

TEST_CASE("a transaction writes nothing if one member is refused", "[write_transaction]") {
    TestDatabase db;
    db.create_numbers();
    db.put("numbers", two);
    const auto refused = [&](FailedCondition failure) {
        const auto work = [&](WriteSession& session) {
            const TableDefinition& table = session.table("numbers");
            WriteTransaction transaction(session, 2, EmptyKey::ends_request);
            transaction.add(put(table, one));
            transaction.add(put_new(table, two, failure));
            transaction.require_distinct();
            transaction.decide();
            transaction.apply({});
        };
        return error_of([&] { db.database.write(work); }).at("CancellationReasons");
    };
    const auto reasons = [](const std::string& second) {
        return boost::json::parse(R"([{"Code":"None"},)" + second + "]");
    };
    CHECK(refused(FailedCondition::plain) ==
          reasons(R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed"})"));
    CHECK(refused(FailedCondition::with_item) ==
          reasons(R"({"Code":"ConditionalCheckFailed","Message":"The conditional request failed",
                      "Item":{"id":{"S":"a"},"n":{"N":"2"}}})"));
    CHECK(refused(FailedCondition::duplicate_item) ==
          reasons(R"({"Code":"DuplicateItem","Message":"Duplicate primary key exists in table"})"));
    CHECK(db.rows("numbers") == Rows{two});
}

TEST_CASE("a transaction has one member for an item", "[write_transaction]") {
    TestDatabase db;
    db.create_numbers();
    db.database.write([&](WriteSession& session) {
        const TableDefinition& table = session.table("numbers");
        WriteTransaction transaction(session, 3, EmptyKey::ends_request);
        transaction.add(put(table, one));
        transaction.add(put(table, two));
        CHECK_NOTHROW(transaction.require_distinct());
        transaction.add(put(table, one));
        CHECK_THROWS_WITH(transaction.require_distinct(),
                          "Transaction request cannot include multiple operations on one item");
    });
}

TEST_CASE("an empty key ends the request or is a reason", "[write_transaction]") {
    TestDatabase db;
    db.create_numbers();
    const auto refused = [&](EmptyKey empty_key) {
        const auto work = [&](WriteSession& session) {
            WriteTransaction transaction(session, 1, empty_key);
            PlannedWrite write = put(session.table("numbers"), one);
            write.step = std::make_unique<EmptyKeyStep>();
            transaction.add(std::move(write));
            transaction.decide();
        };
        return error_of([&] { db.database.write(work); });
    };
    CHECK(refused(EmptyKey::ends_request).at("message") == "empty");
    CHECK(refused(EmptyKey::is_reason).at("CancellationReasons") ==
          boost::json::parse(R"([{"Code":"ValidationError","Message":"empty"}])"));
}

// The members are planned again, from the table as it is now. The second time they are only read.
TEST_CASE("a transaction with a token takes place once and costs a read the next time",
          "[write_transaction]") {
    TestDatabase db;
    db.create_numbers("KEYS_ONLY");
    const auto carry_out_with = [&](std::uint64_t fingerprint) {
        const TransactionTerms terms{RequestToken{"token", fingerprint}};
        return db.database.write([&](WriteSession& session) {
            const auto cost = carry_out(session, terms, [&] {
                WriteTransaction transaction(session, 1, EmptyKey::ends_request);
                transaction.add(put(session.table("numbers"), one));
                return transaction;
            });
            return *cost.consumed.json(ReturnConsumedCapacity::total, cost.detail);
        });
    };
    CHECK(carry_out_with(1) == boost::json::parse(R"([{"TableName":"numbers","WriteCapacityUnits":2E0,
                                                       "CapacityUnits":2E0}])"));
    db.erase("numbers", one);
    CHECK(carry_out_with(1) == boost::json::parse(R"([{"TableName":"numbers","ReadCapacityUnits":2E0,
                                                       "CapacityUnits":2E0}])"));
    CHECK(db.rows("numbers").empty());
    CHECK(error_of([&] { carry_out_with(2); }).at("Message") == "IdempotentParameterMismatch");
}
