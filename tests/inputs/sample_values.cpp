#include "tests/inputs/sample_values.hpp"

#include <algorithm>
#include <map>
#include <string>

namespace tailrace::inputs {
namespace {

namespace json = boost::json;
using validation::Kind;
using validation::Shape;

/// The values of some members in the sample, whatever else their shapes allow.
const std::map<std::string_view, std::string_view>& known_members() {
    static const std::map<std::string_view, std::string_view> known = {
        {"TableName", R"("things")"},
        {"SourceTableName", R"("things")"},
        {"TargetTableName", R"("restored")"},
        {"IndexName", R"("by_g")"},
        {"TableArn", R"("arn:aws:dynamodb:us-east-1:000000000000:table/things")"},
        {"SourceTableArn", R"("arn:aws:dynamodb:us-east-1:000000000000:table/things")"},
        {"ResourceArn", R"("arn:aws:dynamodb:us-east-1:000000000000:table/things")"},
        {"StreamArn", R"("$STREAM")"},
        {"ShardIterator", R"("$ITERATOR")"},
        {"ShardId", R"("$SHARD")"},
        {"Key", R"({"pk":{"S":"a"},"sk":{"N":"1"}})"},
        {"Item", R"({"pk":{"S":"a"},"sk":{"N":"1"},"n":{"N":"5"}})"},
        {"ExclusiveStartKey", R"({"pk":{"S":"a"},"sk":{"N":"1"}})"},
        {"Keys", R"([{"pk":{"S":"a"},"sk":{"N":"1"}}])"},
        {"AttributeName", R"("pk")"},
        {"AttributeType", R"("S")"},
        {"KeyType", R"("HASH")"},
        {"Statement", R"("SELECT * FROM things WHERE pk = 'a'")"},
        {"ConditionExpression", R"("pk = :n")"},
        {"FilterExpression", R"("n = :n")"},
        {"UpdateExpression", R"("SET n = :n")"},
        {"ProjectionExpression", R"("pk, n")"},
        {"KeyConditionExpression", R"("pk = :n")"},
        {"ExpressionAttributeValues", R"({":n":{"S":"a"}})"},
    };
    return known;
}

json::value sample_structure(const Shape& shape, Members members, int depth) {
    json::object object;
    for (std::size_t i = 0; i < shape.members.size(); ++i) {
        const validation::Member& member = shape.members[i];
        if (members == Members::required && !member.required) continue;
        object[member.name] = sample_value(*member.shape, member.name, members, depth + 1);
    }
    return object;
}

json::value sample_text(const Shape& shape) {
    if (!shape.allowed.empty()) return json::string(shape.allowed.front());
    constexpr std::int64_t usual_length = 3;
    const std::int64_t longest = std::min<std::int64_t>(shape.maximum, 2048);
    const auto length = std::clamp(usual_length, std::max<std::int64_t>(shape.minimum, 0),
                                   std::max<std::int64_t>(longest, shape.minimum));
    return json::string(static_cast<std::size_t>(length), 'a');
}

}  // namespace

json::value sample_value(const Shape& shape, std::string_view name, Members members, int depth) {
    constexpr int deepest = 12;
    if (shape.name == "AttributeValue" || depth > deepest) return json::object{{"S", "a"}};
    const auto known = known_members().find(name);
    if (known != known_members().end()) {
        return json::parse(json::string_view(known->second.data(), known->second.size()));
    }
    switch (shape.kind) {
        case Kind::structure:
            return sample_structure(shape, members, depth);
        case Kind::map:
            return json::object{{"things", sample_value(*shape.element, {}, members, depth + 1)}};
        case Kind::list:
            return json::array{sample_value(*shape.element, {}, members, depth + 1)};
        case Kind::string:
            return sample_text(shape);
        case Kind::blob:
            return "AQI=";
        case Kind::boolean:
            return true;
        case Kind::timestamp:
            return 1769860800;
        default:
            return std::max<std::int64_t>(shape.minimum, 1);
    }
}

}  // namespace tailrace::inputs
