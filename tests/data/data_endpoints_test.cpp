#include "server/admin/data_endpoints.hpp"

#include <boost/json.hpp>

#include "tests/catch.hpp"
#include "tests/server/front_door_fixture.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

struct DataServer : FrontDoorFixture {
    DataServer() {
        add_data_endpoints(admin, engine());
        post(signed_headers("CreateTable"), R"({"TableName":"music","BillingMode":"PAY_PER_REQUEST",
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                                    {"AttributeName":"year","AttributeType":"N"}],
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],
            "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},
            "GlobalSecondaryIndexes":[{"IndexName":"by_year","Projection":{"ProjectionType":"ALL"},
                "KeySchema":[{"AttributeName":"year","KeyType":"HASH"}]}]})");
    }

    HttpResponse import(const std::string& body, const std::string& query = "") {
        return ask("POST", "/_tailrace/tables/music/import" + query, {}, body);
    }
    HttpResponse exported(const std::string& query = "") {
        return ask("GET", "/_tailrace/tables/music/export" + query, {});
    }
};

boost::json::value message(std::string_view text) {
    return boost::json::object{{"message", text}};
}

}  // namespace

TEST_CASE("the keys of a table are shown with their types", "[data]") {
    DataServer server;
    boost::json::object shown =
        boost::json::parse(server.ask("GET", "/_tailrace/tables/music", {}).body).as_object();
    constexpr std::size_t uuid_size = 36;
    CHECK(shown.at("TableId").as_string().size() == uuid_size);
    shown.erase("TableId");
    CHECK(shown ==
          boost::json::parse(
              R"({"TableName":"music","TableArn":"arn:aws:dynamodb:eu-west-1:000000000000:table/music",
            "KeySchema":[{"AttributeName":"artist","KeyType":"HASH"}],
            "AttributeDefinitions":[{"AttributeName":"artist","AttributeType":"S"},
                                    {"AttributeName":"year","AttributeType":"N"}]})"));
    const HttpResponse none = server.ask("GET", "/_tailrace/tables/none", {});
    CHECK(none.status == 404);
    CHECK(boost::json::parse(none.body) == message("Requested resource not found: Table: none not found"));
}

TEST_CASE("a body is imported, and bad lines are named", "[data]") {
    DataServer server;
    const HttpResponse done = server.import(
        "{\"artist\":\"Nils\",\"year\":\"1975\"}\n{\"artist\":\"\"}\nx\n{\"year\":1}\n{\"artist\":\"Emil\"}");
    CHECK(done.status == 200);
    CHECK(boost::json::parse(done.body) ==
          boost::json::parse(R"({"TableName":"music","ImportedItemCount":2,
        "ErrorCount":3,"Errors":[
        {"Message":"One or more parameter values are not valid. The AttributeValue for a key attribute )"
                             R"(cannot contain an empty string value. Key: artist","Line":2},
        {"Message":"syntax error at column 1","Line":3},
        {"Message":"One or more parameter values were invalid: Missing the key artist in the item",
         "Line":4}]})"));
    CHECK(server.exported().body ==
          "{\"Item\":{\"artist\":{\"S\":\"Nils\"},\"year\":{\"N\":\"1975\"}}}\n"
          "{\"Item\":{\"artist\":{\"S\":\"Emil\"}}}\n");
    const HttpResponse unknown = server.import("artist\nNils\n");
    CHECK(boost::json::parse(unknown.body).at("Errors") ==
          boost::json::parse(R"([{"Message":"the format cannot be determined from the name or the first )"
                             R"(bytes; give ?format="}])"));
}

TEST_CASE("an export in every format is imported again", "[data]") {
    const std::string lines =
        "{\"Item\":{\"artist\":{\"S\":\"Nils\"},\"title\":{\"S\":\"=x\"},\"year\":{\"N\":\"1975\"}}}\n"
        "{\"Item\":{\"artist\":{\"S\":\"Emil\"}}}\n";
    for (const std::string format : {"dynamodb-json", "json", "csv", "ion"}) {
        CAPTURE(format);
        DataServer first;
        CHECK(boost::json::parse(first.import(lines).body).at("ImportedItemCount") == 2);
        const HttpResponse text = first.exported("?format=" + format);
        CHECK(text.status == 200);
        DataServer second;
        CHECK(
            boost::json::parse(second.import(text.body, "?format=" + format).body).at("ImportedItemCount") ==
            2);
        CHECK(second.exported().body == first.exported().body);
    }
}

TEST_CASE("a large table is exported in pages", "[data]") {
    DataServer server;
    std::string lines;
    constexpr int items = 40;
    for (int i = 0; i < items; ++i)
        lines.append(R"({"artist":")" + std::to_string(i) + R"(","text":")" + std::string(300'000, 'x') +
                     "\"}\n");
    CHECK(boost::json::parse(server.import(lines).body).at("ImportedItemCount") == items);
    std::string all;
    std::string page;
    int pages = 0;
    for (;; ++pages) {
        const HttpResponse part = server.exported("?page=" + page);
        REQUIRE(part.status == 200);
        all.append(part.body);
        const std::string name = std::string(next_page_header) + ": ";
        const std::size_t found = part.extra_headers.find(name);
        if (found == std::string::npos) break;
        page = part.extra_headers.substr(found + name.size());
        page.resize(page.find("\r\n"));
    }
    CHECK(pages == 2);
    CHECK(std::ranges::count(all, '\n') == items);
    CHECK(all == server.exported().body);
    CHECK(server.import(lines).status == 200);
    std::string more = lines;
    for (std::size_t at = 0; (at = more.find("{\"artist\":\"", at)) != std::string::npos; ++at)
        more.insert(at + 11, "b");
    CHECK(server.import(more).status == 200);
    for (const std::string format : {"dynamodb-json", "json"}) {
        const HttpResponse refused = server.exported("?format=" + format);
        CHECK(refused.status == 400);
        CHECK(
            boost::json::parse(refused.body) ==
            message("The table has more than 16 MB. The command tailrace export writes all of it, and ?page= "
                    "reads it in parts."));
    }
}

TEST_CASE("wrong parameters of imports and exports are refused", "[data]") {
    DataServer server;
    const auto refusal = [](const HttpResponse& response) {
        CHECK(response.status == 400);
        return std::string(boost::json::parse(response.body).at("message").as_string());
    };
    CHECK(refusal(server.import("", "?format=xml")) ==
          "format must be one of dynamodb-json, json, csv, ion, batch-write-item and scan; it is 'xml'.");
    CHECK(refusal(server.exported("?format=scan")) ==
          "format must be one of dynamodb-json, json, csv and ion; it is 'scan'.");
    CHECK(refusal(server.exported("?format=csv&page=")) == "page needs the format dynamodb-json.");
    CHECK(refusal(server.exported("?page=AQI")) ==
          "page must be empty, or the value of an answer's X-Tailrace-Next-Page");
    CHECK(refusal(server.import("", "?format=csv&delimiter=xx")) ==
          "a delimiter is one of , ; : | tab and space; it is 'xx'");
    CHECK(refusal(server.exported("?pretty")).find("unknown parameter 'pretty'") != std::string::npos);
}
