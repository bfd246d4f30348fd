#include "tests/inputs/sample_names.hpp"

namespace tailrace::inputs {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
    return std::string(value.as_string());
}

}  // namespace

SampleNames::SampleNames(const Ask& ask) {
    const json::value arn = ask("DescribeTable", {{"TableName", "things"}}).at("Table").at("LatestStreamArn");
    add("$STREAM", text_of(arn));
    const json::value stream = ask("DescribeStream", {{"StreamArn", arn}});
    // The items are in one partition, so one shard has all records.
    for (const json::value& shard : stream.at("StreamDescription").at("Shards").as_array()) {
        const json::value& id = shard.at("ShardId");
        const json::value iterator =
            ask("GetShardIterator",
                {{"StreamArn", arn}, {"ShardId", id}, {"ShardIteratorType", "TRIM_HORIZON"}})
                .at("ShardIterator");
        const json::value records = ask("GetRecords", {{"ShardIterator", iterator}}).at("Records");
        if (records.as_array().empty()) continue;
        add("$SHARD", text_of(id));
        add("$ITERATOR", text_of(iterator));
        add("$SEQUENCE", text_of(records.at(0).at("dynamodb").at("SequenceNumber")));
    }
    const json::value page = ask("ExecuteStatement", {{"Statement", "SELECT * FROM things"}, {"Limit", 1}});
    add("$TOKEN", text_of(page.at("NextToken")));
}

void SampleNames::add(std::string_view placeholder, std::string value) {
    values_.emplace_back(placeholder, std::move(value));
}

std::string SampleNames::filled_in(std::string text) const {
    for (const auto& [name, value] : values_) {
        for (std::size_t at = text.find(name); at != std::string::npos;
             at = text.find(name, at + value.size())) {
            text.replace(at, name.size(), value);
        }
    }
    return text;
}

}  // namespace tailrace::inputs
