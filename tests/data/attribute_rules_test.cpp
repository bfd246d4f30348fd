#include "server/data/attribute_rules.hpp"

#include <fstream>

#include "engine/model/attribute_json.hpp"
#include "server/data/item_reader.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::server;

namespace {

/// Rules from a file.
struct RulesFile {
    explicit RulesFile(const std::string& text) { std::ofstream(path) << text; }
    AttributeRules read(const std::string& key = "") const { return AttributeRules::read(path, key); }
    std::string fault() const {
        try {
            read();
            return "";
        } catch (const DataFault& error) {
            std::string text = error.what();
            const std::size_t at = text.find(path);
            return at == std::string::npos ? text : text.replace(at, path.size(), "FILE");
        }
    }

    tests::TemporaryFolder folder;
    std::string path = folder.path("rules.yaml");
};

std::string applied(AttributeRules rules, const std::string& item) {
    AttributeMap map = parse_stored_item(item);
    return rules.apply(map) ? to_json(map) : "left out";
}

}  // namespace

TEST_CASE("rules keep, redact, hash and make up values", "[data]") {
    const RulesFile file(
        "key: secret\nattributes:\n  artist: hash\n  name: fake name\n  mail: fake email\n"
        "  note: redact\n  phone: { redact: '-' }\n  address.street: redact\n"
        "  songs.title: fake text\n");
    AttributeRules rules = file.read();
    const std::string item =
        R"({"address":{"M":{"city":{"S":"Bern"},"street":{"S":"Weg 1"}}},"artist":{"S":"Nils"},)"
        R"("mail":{"S":"n@x.ch"},"name":{"S":"Nils H"},"note":{"L":[]},"phone":{"N":"1"},)"
        R"("songs":{"L":[{"M":{"title":{"S":"a"}}}]},"year":{"N":"1975"}})";
    CHECK(
        applied(rules, item) ==
        R"({"address":{"M":{"city":{"S":"Bern"},"street":{"S":"REDACTED"}}},)"
        R"("artist":{"S":"b88e2c5ad3a1273d375984ac4a18eb1a"},"mail":{"S":"umar.dunes.bead57f8@example.com"},)"
        R"("name":{"S":"Enzo Ember"},"note":{"S":"REDACTED"},)"
        R"("phone":{"S":"-"},)"
        R"("songs":{"L":[{"M":{"title":{"S":"dawn meadow pebble willow"}}}]},"year":{"N":"1975"}})");
    CHECK(applied(rules, item) == applied(file.read(), item));
    CHECK(applied(rules, item) != applied(file.read("other"), item));
}

// This keeps references: an attribute with another table's key still equals that key when both are hashed.
TEST_CASE("equal values have equal hashes in all attributes", "[data]") {
    AttributeRules rules = RulesFile("key: k\nattributes: {a: hash, b: hash, n: hash, l: hash}").read();
    AttributeMap item = parse_stored_item(R"({"a":{"S":"x"},"b":{"SS":["x","y"]},"n":{"N":"1.0"},)"
                                          R"("l":{"L":[{"S":"x"},{"N":"1"},{"BOOL":true},{"B":"AQ=="}]}})");
    REQUIRE(rules.apply(item));
    const std::string hash = item.find("a")->get<std::string>();
    CHECK(hash.size() == 32);
    CHECK(item.find("b")->get<StringSet>().contains(hash));
    const auto& list = item.find("l")->get<AttributeList>();
    CHECK(list[0].get<std::string>() == hash);
    CHECK(list[1] == *item.find("n"));
    CHECK(list[2].get<bool>());
    CHECK(list[3].get<Binary>().bytes.size() == 16);
}

TEST_CASE("a sample keeps whole partitions, the same ones every time", "[data]") {
    const RulesFile file("sample: 10\n");
    AttributeRules rules = file.read();
    rules.use_for({"id", "at"});
    int kept = 0;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = R"({"at":{"N":"1"},"id":{"S":")" + std::to_string(i) + "\"}}";
        const std::string other = R"({"at":{"N":"2"},"id":{"S":")" + std::to_string(i) + "\"}}";
        const bool is_kept = applied(rules, id) != "left out";
        CHECK(is_kept == (applied(rules, other) != "left out"));
        kept += is_kept ? 1 : 0;
    }
    CHECK(kept > 60);
    CHECK(kept < 140);
}

TEST_CASE("attributes without a rule have the default, but not the table's key", "[data]") {
    AttributeRules rules = RulesFile("default: redact\nattributes: {year: keep, m.x: keep}").read();
    rules.use_for({"id"});
    CHECK(applied(
              rules,
              R"({"a":{"S":"1"},"id":{"S":"2"},"m":{"M":{"x":{"S":"3"},"y":{"S":"4"}}},"year":{"N":"5"}})") ==
          R"({"a":{"S":"REDACTED"},"id":{"S":"2"},)"
          R"("m":{"M":{"x":{"S":"3"},"y":{"S":"REDACTED"}}},"year":{"N":"5"}})");
}

TEST_CASE("rules know which of their attributes no item has had", "[data]") {
    AttributeRules rules = RulesFile("attributes: {emial: redact, m.x: keep, year: redact}").read();
    CHECK(rules.unused() == std::vector<std::string>{"emial", "m.x", "year"});
    AttributeMap item = parse_stored_item(R"({"m":{"M":{"x":{"S":"3"}}},"year":{"N":"5"}})");
    rules.apply(item);
    CHECK(rules.unused() == std::vector<std::string>{"emial"});
}

TEST_CASE("rules that cannot be used are refused", "[data]") {
    CHECK(RulesFile("attributes: {a: hsh}").fault() ==
          "FILE:1: a rule is keep, hash, fake name, fake email, fake text, redact or { redact: TEXT }; it is "
          "'hsh'");
    CHECK(RulesFile("a: b").fault() ==
          "FILE:1: 'a' is not attributes, default, sample or key, or has no value");
    CHECK(RulesFile("sample: 0").fault() ==
          "FILE:1: sample is a number from 1 to 1000000: one in that many partitions is kept");
    CHECK(RulesFile("- a").fault() == "FILE:1: the rules are a map with attributes, default, sample and key");
    CHECK(RulesFile("attributes: {a: hash}").fault() ==
          "FILE: hash and fake need a key, as the member key or in TAILRACE_RULES_KEY, so that nobody "
          "without it "
          "can find out the values by trying");
    CHECK_THROWS_WITH(AttributeRules::read("/nonexistent", ""),
                      "the rules /nonexistent cannot be read: No such file or directory");
    AttributeRules rules = RulesFile("attributes: {id: redact}").read();
    CHECK_THROWS_WITH(rules.use_for({"id"}),
                      "the rules must keep or hash id, which is in the table's key; otherwise "
                      "items would replace each other");
}
