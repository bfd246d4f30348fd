#include "engine/table/items/item_writer.hpp"

#include "engine/model/api_error.hpp"
#include "tests/table/table_fixture.hpp"

using namespace tailrace;
using namespace tailrace::table;

namespace {

using Rows = std::vector<std::string>;
using CountList = std::vector<std::pair<std::int64_t, std::int64_t>>;

const std::string written_key = R"({"id":{"S":"a"},"n":{"N":"1"}})";
const std::string full =
    R"({"id":{"S":"a"},"n":{"N":"1"},"note":{"S":"x"},"score":{"N":"7"},"t":{"S":"u"},"tag":{"S":"g"}})";

/// A step that fails after the condition was checked.
class FailingStep final : public WriteStep {
  public:
    bool reads_old_item() const override { return true; }
    ItemImagePtr new_image(const AttributeMap*) const override {
        throw ApiError::validation("this step cannot be taken");
    }
};

}  // namespace

// Indexes are sparse and hold what they project, including the table's key.
TEST_CASE("an item has a row in every index whose key it has", "[item_writer]") {
    TestDatabase db;
    db.create_numbers();
    db.put("numbers", full);
    CHECK(db.rows("numbers") == Rows{full});
    CHECK(db.rows("numbers", "by_text") == Rows{R"({"id":{"S":"a"},"n":{"N":"1"},"t":{"S":"u"}})"});
    CHECK(db.rows("numbers", "by_tag") == Rows{full});
    CHECK(db.rows("numbers", "by_score") ==
          Rows{R"({"id":{"S":"a"},"n":{"N":"1"},"note":{"S":"x"},"score":{"N":"7"},"tag":{"S":"g"}})"});

    db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"},"tag":{"S":"g"}})");
    CHECK(db.rows("numbers", "by_text").empty());
    CHECK(db.rows("numbers", "by_tag").size() == 1);
    CHECK(db.rows("numbers", "by_score").empty());
}

TEST_CASE("a changed index key moves the row and a removed one takes it away", "[item_writer]") {
    TestDatabase db;
    db.create_numbers();
    db.put("numbers", full);
    db.update("numbers", written_key, "SET tag = :v", R"({":v":{"S":"h"}})");
    REQUIRE(db.rows("numbers", "by_tag").size() == 1);
    CHECK(db.rows("numbers", "by_tag").front().find(R"("tag":{"S":"h"})") != std::string::npos);
    CHECK(db.rows("numbers", "by_score").size() == 1);
    db.update("numbers", written_key, "REMOVE score, t");
    CHECK(db.rows("numbers", "by_text").empty());
    CHECK(db.rows("numbers", "by_tag").size() == 1);
    CHECK(db.rows("numbers", "by_score").empty());
    db.erase("numbers", written_key);
    CHECK(db.rows("numbers").empty());
    CHECK(db.rows("numbers", "by_tag").empty());
}

TEST_CASE("items of equal index keys have rows of their own", "[item_writer]") {
    TestDatabase db;
    db.create_numbers();
    for (const char* n : {"1", "2", "-3"}) {
        db.put("numbers", R"({"id":{"S":"a"},"n":{"N":")" + std::string(n) + R"("},"tag":{"S":"g"}})");
    }
    CHECK(db.rows("numbers", "by_tag").size() == 3);
    db.erase("numbers", R"({"id":{"S":"a"},"n":{"N":"2"}})");
    CHECK(db.rows("numbers", "by_tag").size() == 2);
}

TEST_CASE("counts follow every write", "[item_writer]") {
    TestDatabase db;
    db.create_numbers();
    // id is 2+1 bytes, n is 1+2, and tag is 3+1.
    db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"},"tag":{"S":"g"}})");
    CHECK(db.counts("numbers") == CountList{{1, 10}, {0, 0}, {1, 10}, {0, 0}});
    db.put("numbers", R"({"id":{"S":"a"},"n":{"N":"1"},"tag":{"S":"longer"}})");
    CHECK(db.counts("numbers") == CountList{{1, 15}, {0, 0}, {1, 15}, {0, 0}});
    db.put("numbers", R"({"id":{"S":"b"},"n":{"N":"1"},"t":{"S":"u"}})");
    CHECK(db.counts("numbers") == CountList{{2, 23}, {1, 8}, {1, 15}, {0, 0}});
    db.erase("numbers", written_key);
    CHECK(db.counts("numbers") == CountList{{1, 8}, {1, 8}, {0, 0}, {0, 0}});
    db.erase("numbers", written_key);
    CHECK(db.counts("numbers") == CountList{{1, 8}, {1, 8}, {0, 0}, {0, 0}});
}

TEST_CASE("every change is recorded as the stream's view type shows it", "[item_writer]") {
    const std::string before = R"({"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"old"}})";
    const std::string after = R"({"id":{"S":"a"},"n":{"N":"1"},"v":{"S":"new"}})";
    const auto change = [&](std::string_view view_type) {
        TestDatabase db;
        db.create_numbers(view_type);
        db.put("numbers", before);
        db.put("numbers", after);
        db.erase("numbers", written_key);
        return db.changes("numbers");
    };
    const auto both = change("NEW_AND_OLD_IMAGES");
    REQUIRE(both.size() == 3);
    auto modified = both[1].as_object();
    CHECK(modified.at("eventID").as_string().size() == 32);
    modified.erase("eventID");
    CHECK(modified ==
          boost::json::parse(R"({"eventName":"MODIFY","eventVersion":"1.1",
        "eventSource":"aws:dynamodb","awsRegion":"us-east-1","dynamodb":{
        "ApproximateCreationDateTime":1769860800,"Keys":)" +
                             written_key + R"(,"NewImage":)" + after + R"(,"OldImage":)" + before + R"(,
        "SequenceNumber":"100000000000000000002","SizeBytes":26,"StreamViewType":"NEW_AND_OLD_IMAGES"}})"));
    CHECK(both[0].at("eventName") == "INSERT");
    CHECK_FALSE(both[0].at("dynamodb").as_object().contains("OldImage"));
    CHECK(both[2].at("eventName") == "REMOVE");
    CHECK_FALSE(both[2].at("dynamodb").as_object().contains("NewImage"));
    CHECK(both[0].at("eventID") != both[1].at("eventID"));

    const auto only_new = change("NEW_IMAGE");
    CHECK(only_new[1].at("dynamodb").at("NewImage") == boost::json::parse(after));
    CHECK_FALSE(only_new[1].at("dynamodb").as_object().contains("OldImage"));
    const auto only_old = change("OLD_IMAGE");
    CHECK(only_old[1].at("dynamodb").at("OldImage") == boost::json::parse(before));
    CHECK_FALSE(only_old[1].at("dynamodb").as_object().contains("NewImage"));
    const auto keys = change("KEYS_ONLY");
    CHECK(keys[1].at("dynamodb").at("Keys") == boost::json::parse(written_key));
    CHECK(keys[1].at("dynamodb").at("SizeBytes") == 6);
    CHECK_FALSE(keys[1].at("dynamodb").as_object().contains("NewImage"));
    CHECK_FALSE(keys[1].at("dynamodb").as_object().contains("OldImage"));
}

// As on AWS, a put of the same item or a delete of no item writes no record.
TEST_CASE("a write that changes nothing is not recorded", "[item_writer]") {
    TestDatabase db;
    db.create_numbers("NEW_IMAGE");
    int notified = 0;
    db.database.set_observer([&] { ++notified; });
    db.put("numbers", full);
    CHECK(notified == 1);
    db.put("numbers", full);
    db.update("numbers", written_key, "SET score = :v", R"({":v":{"N":"7.0"}})");
    db.erase("numbers", R"({"id":{"S":"a"},"n":{"N":"2"}})");
    CHECK(db.changes("numbers").size() == 1);
    CHECK(notified == 1);
}

TEST_CASE("a failed step leaves no trace", "[item_writer]") {
    TestDatabase db;
    db.create_numbers("NEW_IMAGE");
    db.put("numbers", full);
    const auto write_two = [&] {
        return db.database.write([&](WriteSession& session) {
            const TableDefinition& table = session.table("numbers");
            ItemWriter writer(session);
            const auto image =
                std::make_shared<ItemImage>(item(R"({"id":{"S":"b"},"n":{"N":"1"},"tag":{"S":"h"}})"));
            const PutStep put(image);
            writer.write({table, base_row_key(table, image->item), &put});
            CHECK(session.transaction().get(table.space, base_row_key(table, image->item)));
            const FailingStep failing;
            return writer.write({table, base_row_key(table, item(written_key)), &failing});
        });
    };
    CHECK_THROWS_AS(write_two(), ApiError);
    CHECK(db.rows("numbers") == Rows{full});
    CHECK(db.rows("numbers", "by_tag") == Rows{full});
    CHECK(db.counts("numbers")[0].first == 1);
    CHECK(db.changes("numbers").size() == 1);
    db.erase("numbers", written_key);
    CHECK(db.changes("numbers")[1].at("dynamodb").at("SequenceNumber") == "100000000000000000002");
}

TEST_CASE("a condition that does not hold keeps the write from happening", "[item_writer]") {
    TestDatabase db;
    db.create_numbers("NEW_IMAGE");
    db.put("numbers", full);
    const auto absent = expression::Condition::attribute_not_exists(expression::Path("id"));
    const auto outcome = db.database.write([&](WriteSession& session) {
        const TableDefinition& table = session.table("numbers");
        const DeleteStep step;
        return ItemWriter(session).write({table, base_row_key(table, item(written_key)), &step, &absent});
    });
    CHECK_FALSE(outcome.condition_held);
    CHECK(outcome.old_stored->bytes == full);
    CHECK(db.rows("numbers") == Rows{full});
    CHECK(db.changes("numbers").size() == 1);
}

// A decision is applied exactly as decided; an item that is only checked stays as it is.
TEST_CASE("a request without a step checks its condition alone", "[item_writer]") {
    TestDatabase db;
    db.create_numbers("NEW_IMAGE");
    db.put("numbers", full);
    const auto exists = expression::Condition::attribute_exists(expression::Path("id"));
    const auto decision = db.database.write([&](WriteSession& session) {
        const TableDefinition& table = session.table("numbers");
        ItemWriter writer(session);
        auto decided = writer.decide({table, base_row_key(table, item(written_key)), nullptr, &exists});
        CHECK(writer.apply(decided).total() == 1);
        return decided;
    });
    CHECK(decision.condition_held);
    CHECK_FALSE(decision.changes_item());
    CHECK(db.rows("numbers") == Rows{full});
    CHECK(db.changes("numbers").size() == 1);
}
