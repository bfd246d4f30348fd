#include "conformance/runner/random/random_data.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr const char* texts[] = {"", "a", "b", "ab", "B", "é", "☃", "𝄞", "a b"};
constexpr const char* attributes[] = {"a", "b", "c", "n", "ss", "ns", "l", "m", "gpk", "gsk", "lsk"};
constexpr const char* partitions[] = {"p0", "p1", "p2"};
constexpr const char* sorts[] = {"-10", "-1.5", "0", "0.1", "1", "2", "10", "1E20"};

}  // namespace

json::object text_value(const std::string& text) {
    return {{"S", text}};
}

json::object key_of(const json::object& item) {
    json::object key{{"pk", item.at("pk")}};
    if (const json::value* sort = item.if_contains("sk")) key["sk"] = *sort;
    return key;
}

std::string RandomData::number() {
    constexpr const char* numbers[] = {"0",   "1",   "-1",   "2",     "10",     "0.5",
                                       "1.0", "007", "1E10", "1E-10", "-3.125", "99999999999999999999"};
    return pick(numbers);
}

json::object RandomData::value(int depth) {
    const std::size_t kind = below(depth < 2 ? 10 : 7);
    switch (kind) {
        case 0:
            return text_value(pick(texts));
        case 1:
        case 2:
            return {{"N", number()}};
        case 3:
            return {{"B", pick({"", "AA==", "/w==", "AAEC"})}};
        case 4:
            return {{"BOOL", one_in(2)}};
        case 5:
            return {{"NULL", true}};
        case 6:
            return one_in(2) ? json::object{{"SS", json::array{"x", "y"}}}
                             : json::object{{"NS", json::array{"1", "2.5"}}};
        case 7: {
            json::object members;
            for (const char* name : {"x", "y"}) members[name] = value(depth + 1);
            return {{"M", std::move(members)}};
        }
        default: {
            json::array elements;
            for (std::size_t i = below(4); i > 0; --i) elements.push_back(value(depth + 1));
            return {{"L", std::move(elements)}};
        }
    }
}

std::string RandomData::attribute() {
    return pick(attributes);
}

std::string RandomData::table() {
    const std::size_t place = below(3);
    return place == 0 ? tables_.hash : place == 1 ? tables_.range : tables_.indexed;
}

json::object RandomData::partition() {
    return text_value(pick(partitions));
}

json::object RandomData::sort(const std::string& table) {
    return table == tables_.range ? json::object{{"N", pick(sorts)}}
                                  : text_value("s" + std::to_string(below(6)));
}

json::object RandomData::key(const std::string& table) {
    if (table == tables_.hash) return {{"pk", text_value("h" + std::to_string(below(8)))}};
    return {{"pk", partition()}, {"sk", sort(table)}};
}

json::object RandomData::item(const std::string& table) {
    json::object item = key(table);
    for (const char* name : {"a", "b", "c"}) {
        if (!one_in(3)) item[name] = value();
    }
    if (one_in(2)) item["n"] = json::object{{"N", number()}};
    if (one_in(2)) item["ss"] = json::object{{"SS", json::array{"x", pick({"y", "z"})}}};
    if (one_in(2)) item["l"] = json::object{{"L", json::array{value(1), value(1)}}};
    if (one_in(2)) item["m"] = json::object{{"M", json::object{{"x", value(1)}}}};
    if (!one_in(3)) item["gpk"] = text_value(pick({"g0", "g1"}));
    if (!one_in(3)) item["gsk"] = json::object{{"N", number()}};
    if (!one_in(3)) item["lsk"] = text_value("l" + std::to_string(below(4)));
    return item;
}

}  // namespace tailrace::conformance
