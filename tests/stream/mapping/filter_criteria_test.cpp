#include "stream/mapping/filter/filter_criteria.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "tests/catch.hpp"

using tailrace::stream::FilterCriteria;
using Texts = std::vector<std::string>;

namespace {

/// The INSERT record of an item with attributes of many types; there is no OldImage.
constexpr const char* insert = R"({
    "eventID": "a14537b9", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
    "awsRegion": "eu-west-1",
    "dynamodb": {
        "ApproximateCreationDateTime": 1568013979.0,
        "Keys": {"pk": {"S": "ORDER#7"}},
        "NewImage": {
            "pk": {"S": "ORDER#7"}, "state": {"S": "Shipped"}, "price": {"N": "101"}, "paid": {"BOOL": true},
            "note": {"S": ""}, "gone": {"NULL": true}, "from": {"S": "10.1.2.3"}, "to": {"S": "2001:db8::7"},
            "tags": {"SS": ["blue", "green"]},
            "lines": {"L": [{"M": {"sku": {"S": "a"}, "count": {"N": "1"}}},
                            {"M": {"sku": {"S": "b"}, "count": {"N": "2"}}}]}
        },
        "SequenceNumber": "100000000000000000001", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES"
    },
    "userIdentity": null, "none": []
})";

bool passes(const Texts& patterns) {
    return FilterCriteria(patterns).matches(boost::json::parse(insert));
}

/// True if the record passes a pattern for one attribute of the new image, such as
/// R"("state": {"S": [ALTERNATIVES]})".
bool image_passes(const std::string& attribute) {
    return passes({R"({"dynamodb": {"NewImage": {)" + attribute + "}}}"});
}

bool state_passes(const std::string& alternatives) {
    return image_passes(R"("state": {"S": [)" + alternatives + "]}");
}

bool size_passes(const std::string& alternatives) {
    return passes({R"({"dynamodb": {"SizeBytes": [)" + alternatives + "]}}"});
}

}  // namespace

TEST_CASE("without a filter every record passes, with several one suffices", "[filter]") {
    CHECK(passes({}));
    CHECK(passes({R"({"eventName": ["INSERT"]})"}));
    CHECK_FALSE(passes({R"({"eventName": ["REMOVE"]})"}));
    CHECK(passes({R"({"eventName": ["REMOVE"]})", R"({"eventName": ["MODIFY", "INSERT"]})"}));
}

TEST_CASE("every key of a pattern must match, and one alternative of each", "[filter]") {
    CHECK(passes({R"({"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["ORDER#7"]}}}})"}));
    CHECK_FALSE(passes({R"({"eventName": ["INSERT"], "dynamodb": {"Keys": {"pk": {"S": ["ORDER#8"]}}}})"}));
    CHECK_FALSE(passes({R"({"dynamodb": {"Keys": {"sk": {"S": ["ORDER#7"]}}}})"}));
}

TEST_CASE("values for themselves are compared exactly and by type", "[filter]") {
    CHECK(state_passes(R"("Shipped")"));
    CHECK_FALSE(state_passes(R"("shipped")"));
    CHECK(image_passes(R"("note": {"S": [""]})"));
    CHECK_FALSE(state_passes(R"("")"));
    CHECK(image_passes(R"("paid": {"BOOL": [true]})"));
    CHECK_FALSE(image_passes(R"("paid": {"BOOL": [false]})"));
    CHECK_FALSE(image_passes(R"("paid": {"BOOL": ["true"]})"));
    CHECK(passes({R"({"userIdentity": [null]})"}));
    CHECK_FALSE(passes({R"({"eventName": [null]})"}));
    CHECK_FALSE(passes({R"({"absent": [null]})"}));
    CHECK(size_passes("26"));
    CHECK_FALSE(size_passes("27"));
    CHECK(state_passes(R"({"exactly": "Shipped"})"));
}

// In a stream an item's numbers are strings.
TEST_CASE("an attribute's number is a string", "[filter]") {
    CHECK(image_passes(R"("price": {"N": ["101"]})"));
    CHECK_FALSE(image_passes(R"("price": {"N": [101]})"));
    CHECK_FALSE(image_passes(R"("price": {"N": [{"numeric": [">", 1]}]})"));
}

TEST_CASE("prefixes and suffixes, with and without regard to case", "[filter]") {
    CHECK(state_passes(R"({"prefix": "Ship"})"));
    CHECK(state_passes(R"({"prefix": "Shipped"})"));
    CHECK_FALSE(state_passes(R"({"prefix": "ship"})"));
    CHECK_FALSE(state_passes(R"({"prefix": "Shipped it"})"));
    CHECK(state_passes(R"({"prefix": {"equals-ignore-case": "sHIP"}})"));
    CHECK(state_passes(R"({"suffix": "ped"})"));
    CHECK_FALSE(state_passes(R"({"suffix": "PED"})"));
    CHECK_FALSE(state_passes(R"({"suffix": "not Shipped"})"));
    CHECK(state_passes(R"({"suffix": {"equals-ignore-case": "PED"}})"));
    CHECK_FALSE(size_passes(R"({"prefix": "2"})"));
}

TEST_CASE("equals-ignore-case", "[filter]") {
    CHECK(state_passes(R"({"equals-ignore-case": "SHIPPED"})"));
    CHECK_FALSE(state_passes(R"({"equals-ignore-case": "SHIPPE"})"));
}

TEST_CASE("wildcards match any text, including none", "[filter]") {
    for (const char* pattern : {"*", "S*d", "Shipped*", "*Shipped", "*h*p*d", "*pped", "Shipped"})
        CHECK(state_passes(R"({"wildcard": ")" + std::string(pattern) + R"("})"));
    for (const char* pattern : {"s*", "*x*", "S*p", "Ship*ipped", R"(\\*)", R"(\\\\*)"})
        CHECK_FALSE(state_passes(R"({"wildcard": ")" + std::string(pattern) + R"("})"));
    const FilterCriteria star({R"({"a": [{"wildcard": "\\*\\\\*"}]})"});
    CHECK(star.matches(boost::json::parse(R"({"a": "*\\b"})")));
    CHECK_FALSE(star.matches(boost::json::parse(R"({"a": "b\\b"})")));
}

TEST_CASE("anything-but excludes values, lists of them and what operators match", "[filter]") {
    CHECK(state_passes(R"({"anything-but": "Lost"})"));
    CHECK_FALSE(state_passes(R"({"anything-but": "Shipped"})"));
    CHECK(state_passes(R"({"anything-but": ["Lost", "Open"]})"));
    CHECK_FALSE(state_passes(R"({"anything-but": ["Lost", "Shipped"]})"));
    CHECK(size_passes(R"({"anything-but": [1, 2]})"));
    CHECK_FALSE(size_passes(R"({"anything-but": [1, 26]})"));
    CHECK(size_passes(R"({"anything-but": "26"})"));
    CHECK_FALSE(state_passes(R"({"anything-but": {"prefix": "Sh"}})"));
    CHECK(state_passes(R"({"anything-but": {"prefix": ["Op", "Lo"]}})"));
    CHECK_FALSE(state_passes(R"({"anything-but": {"suffix": "ed"}})"));
    CHECK_FALSE(state_passes(R"({"anything-but": {"equals-ignore-case": ["OPEN", "SHIPPED"]}})"));
    CHECK(state_passes(R"({"anything-but": {"equals-ignore-case": "OPEN"}})"));
    CHECK_FALSE(state_passes(R"({"anything-but": {"wildcard": "*pp*"}})"));
    CHECK(state_passes(R"({"anything-but": {"wildcard": "*xx*"}})"));
    // A missing value does not match anything-but.
    CHECK_FALSE(passes({R"({"dynamodb": {"OldImage": {"state": {"S": [{"anything-but": "Lost"}]}}}})"}));
}

TEST_CASE("numeric compares JSON numbers", "[filter]") {
    for (const char* test : {R"(["=", 26])", R"(["=", 2.6e1])", R"(["<", 27])", R"(["<=", 26])",
                             R"([">", 25.5])", R"([">=", 26])", R"([">", 0, "<=", 26])"})
        CHECK(size_passes(R"({"numeric": )" + std::string(test) + "}"));
    for (const char* test : {R"(["=", 27])", R"(["<", 26])", R"(["<=", 25])", R"([">", 26])", R"([">=", 27])",
                             R"([">", 26, "<", 30])", R"([">=", 0, "<", 26])"})
        CHECK_FALSE(size_passes(R"({"numeric": )" + std::string(test) + "}"));
}

TEST_CASE("cidr matches the addresses of a network", "[filter]") {
    CHECK(image_passes(R"("from": {"S": [{"cidr": "10.0.0.0/8"}]})"));
    CHECK(image_passes(R"("from": {"S": [{"cidr": "10.1.2.3/32"}]})"));
    CHECK(image_passes(R"("from": {"S": [{"cidr": "0.0.0.0/0"}]})"));
    CHECK_FALSE(image_passes(R"("from": {"S": [{"cidr": "10.1.2.4/31"}]})"));
    CHECK(image_passes(R"("to": {"S": [{"cidr": "2001:db8::/32"}]})"));
    CHECK_FALSE(image_passes(R"("to": {"S": [{"cidr": "2001:db8::8/125"}]})"));
    CHECK_FALSE(image_passes(R"("to": {"S": [{"cidr": "10.0.0.0/8"}]})"));
    CHECK_FALSE(state_passes(R"({"cidr": "0.0.0.0/0"})"));
}

// Source: Lambda's page on exists: it works only on leaf nodes.
TEST_CASE("exists sees values, not what holds them", "[filter]") {
    CHECK(state_passes(R"({"exists": true})"));
    CHECK_FALSE(state_passes(R"({"exists": false})"));
    CHECK(image_passes(R"("refund": {"N": [{"exists": false}]})"));
    CHECK_FALSE(image_passes(R"("refund": {"N": [{"exists": true}]})"));
    CHECK(passes({R"({"dynamodb": {"OldImage": {"state": {"S": [{"exists": false}]}}}})"}));
    CHECK_FALSE(passes({R"({"dynamodb": {"NewImage": [{"exists": true}]}})"}));
    CHECK(passes({R"({"dynamodb": {"NewImage": [{"exists": false}]}})"}));
    CHECK(passes({R"({"userIdentity": [{"exists": true}], "none": [{"exists": false}]})"}));
    CHECK(image_passes(R"("refund": {"N": ["1", {"exists": false}]})"));
}

TEST_CASE("a list matches when one of its elements does", "[filter]") {
    CHECK(image_passes(R"("tags": {"SS": ["green"]})"));
    CHECK_FALSE(image_passes(R"("tags": {"SS": ["red"]})"));
    CHECK(image_passes(R"("lines": {"L": {"M": {"sku": {"S": ["b"]}}}})"));
    CHECK(image_passes(R"("lines": {"L": {"M": {"sku": {"S": ["b"]}, "count": {"N": ["2"]}}}})"));
    // One element must match both.
    CHECK_FALSE(image_passes(R"("lines": {"L": {"M": {"sku": {"S": ["b"]}, "count": {"N": ["1"]}}}})"));
    CHECK_FALSE(image_passes(R"("lines": {"L": {"M": {"sku": {"S": [{"exists": false}]}}}})"));
    CHECK(image_passes(R"("lines": {"L": {"M": {"name": {"S": [{"exists": false}]}}}})"));
    const FilterCriteria nested({R"({"a": [1]})"});
    CHECK(nested.matches(boost::json::parse(R"({"a": [[0], [2, 1]]})")));
    // One of the two elements lacks the key, but the other has a value.
    const FilterCriteria absent({R"({"a": {"b": [{"exists": false}]}})"});
    CHECK_FALSE(absent.matches(boost::json::parse(R"({"a": [{"b": 1}, {"c": 1}]})")));
}

TEST_CASE("$or lets one of several objects match", "[filter]") {
    CHECK(passes({R"({"$or": [{"eventName": ["REMOVE"]}, {"awsRegion": ["eu-west-1"]}]})"}));
    CHECK_FALSE(passes({R"({"$or": [{"eventName": ["REMOVE"]}, {"awsRegion": ["eu-west-2"]}]})"}));
    CHECK_FALSE(passes({R"({"eventVersion": ["1.0"],
                            "$or": [{"eventName": ["INSERT"]}, {"awsRegion": ["eu-west-1"]}]})"}));
    CHECK(image_passes(R"("$or": [{"state": {"S": ["Lost"]}},
                                  {"paid": {"BOOL": [true]}, "$or": [{"price": {"N": ["1"]}},
                                                                     {"price": {"N": ["101"]}}]}])"));
}

// Lambda's message is the same for all of them.
TEST_CASE("an invalid pattern is refused", "[filter]") {
    const Texts patterns = {
        "",
        "INSERT",
        "[]",
        "{}",
        R"({"eventName": "INSERT"})",
        R"({"eventName": []})",
        R"({"eventName": {}})",
        R"({"eventName": [["INSERT"]]})",
        R"({"eventName": [{}]})",
        R"({"eventName": [{"prefix": "a", "suffix": "b"}]})",
        R"({"eventName": [{"begins": "a"}]})",
        R"({"eventName": [{"prefix": 1}]})",
        R"({"eventName": [{"prefix": {"wildcard": "a"}}]})",
        R"({"eventName": [{"equals-ignore-case": ["a"]}]})",
        R"({"eventName": [{"exists": "true"}]})",
        R"({"eventName": [{"wildcard": "a**b"}]})",
        R"({"eventName": [{"wildcard": "a\\b"}]})",
        R"({"eventName": [{"wildcard": "a\\"}]})",
        R"({"eventName": [{"anything-but": []}]})",
        R"({"eventName": [{"anything-but": ["a", 1]}]})",
        R"({"eventName": [{"anything-but": true}]})",
        R"({"eventName": [{"anything-but": {"numeric": ["=", 1]}}]})",
        R"({"eventName": [{"anything-but": {"cidr": "10.0.0.0/8"}}]})",
        R"({"eventName": [{"numeric": 5}]})",
        R"({"eventName": [{"numeric": []}]})",
        R"({"eventName": [{"numeric": ["!=", 5]}]})",
        R"({"eventName": [{"numeric": ["=", "5"]}]})",
        R"({"eventName": [{"numeric": ["=", 5000000001]}]})",
        R"({"eventName": [{"numeric": ["=", 1, "<", 2]}]})",
        R"({"eventName": [{"numeric": [">", 2, "<", 2]}]})",
        R"({"eventName": [{"numeric": ["<", 2, ">", 1]}]})",
        R"({"eventName": [{"cidr": "10.0.0.0"}]})",
        R"({"eventName": [{"cidr": "10.0.0.0/33"}]})",
        R"({"eventName": [{"cidr": "10.0.0.0/8x"}]})",
        R"({"eventName": [{"cidr": "ten/8"}]})",
        R"({"$or": {"eventName": ["INSERT"]}})",
        R"({"$or": [{"eventName": ["INSERT"]}]})",
        R"({"$or": [{"eventName": ["INSERT"]}, "MODIFY"]})",
        R"({"$or": [{"prefix": ["INSERT"]}, {"eventName": ["INSERT"]}]})",
        R"({"eventName": [")" + std::string(4096, 'a') + R"("]})",
    };
    for (const std::string& pattern : patterns) {
        CAPTURE(pattern);
        CHECK_THROWS_WITH(FilterCriteria({pattern}), "Invalid filter pattern definition.");
    }
    CHECK_THROWS_AS(FilterCriteria({"{}"}), std::invalid_argument);
}

TEST_CASE("a mapping has up to five filters", "[filter]") {
    CHECK_NOTHROW(FilterCriteria(Texts(5, R"({"eventName": ["INSERT"]})")));
    CHECK_THROWS_WITH(FilterCriteria(Texts(6, R"({"eventName": ["INSERT"]})")),
                      "A mapping has at most 5 filters.");
}
