#include "tests/inputs/sample_server.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "engine/model/json_text.hpp"
#include "tests/inputs/sample_tables.hpp"

namespace tailrace::inputs {
namespace {

namespace json = boost::json;

constexpr std::string_view authorization =
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef";

/// A function that accepts everything.
class Count : public stream::Handler {
  public:
    stream::HandlerResult handle(const stream::EventBatch&) override { return {}; }
    stream::HandlerResult invoke(std::string_view) override { return {}; }
};

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// True if the text contains U+007F to U+009F, which control terminals as the older control characters do.
bool has_further_control_characters(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\x7f') return true;
        if (text[at] == '\xc2' && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0)
            return true;
    }
    return false;
}

void require_readable(int status, const std::string& body, std::string_view content_type) {
    const auto fail = [&](const std::string& what) {
        throw std::logic_error(what + ": " + std::to_string(status) + " " + body.substr(0, 2000));
    };
    if (status >= 500 && status != 504) fail("the answer blames the server");
    if (body.find("InternalServerError") != std::string::npos) fail("the answer blames the server");
    if (content_type.find("ndjson") != std::string_view::npos) {
        std::istringstream lines(body);
        for (std::string line; std::getline(lines, line);) require_readable(status, line, "application/json");
        return;
    }
    if (content_type.find("json") == std::string_view::npos) return;
    if (has_control_characters(body)) fail("the answer has raw control characters");
    if (status >= 400 && has_further_control_characters(body)) fail("the error has raw control characters");
    json::error_code error;
    json::parse_options options;
    options.max_depth = 256;
    json::parse(body, error, {}, options);
    if (error && !body.empty()) fail("the answer is not JSON (" + error.message() + ")");
}

}  // namespace

SampleServer::SampleServer(const std::string& path)
    : tailrace_(
          {.store_location = path, .time_to_live_interval = std::chrono::hours(1), .movable_clock = &clock_},
          clock_, log_) {
    tailrace_.functions().add("count", std::make_shared<Count>());
    tailrace_.restore_mappings();
    tailrace_.add_endpoints(router_);
    const json::array tables = require("ListTables", {}).at("TableNames").as_array();
    if (tables.empty()) make_tables();
}

void SampleServer::make_tables() {
    for (const std::string_view body : sample_tables) {
        if (signed_post("CreateTable", body).status != 200) throw std::logic_error("no table is made");
    }
    for (const std::string_view body : sample_items) {
        if (signed_post("PutItem", body).status != 200) throw std::logic_error("no item is put");
    }
    names_ = SampleNames([this](std::string_view operation, const json::object& body) {
        return json::value(require(operation, body));
    });
}

void SampleServer::make_users() {
    const std::string service = "AWSCognitoIdentityProviderService.";
    const Answer pool = signed_post(service + "CreateUserPool", R"({"PoolName":"sample"})");
    if (pool.status != 200) throw std::logic_error("no user pool is made: " + pool.body);
    names_.add("$POOL", json::parse(pool.body).at("UserPool").at("Id").as_string().c_str());
    const std::string user = names_.filled_in(R"({"UserPoolId":"$POOL","Username":"a"})");
    if (signed_post(service + "AdminCreateUser", user).status != 200)
        throw std::logic_error("no user is made");
    has_users_ = true;
}

void SampleServer::make_mapping() {
    const json::object body{{"FunctionName", "count"},
                            {"EventSourceArn", names_.filled_in("$STREAM")},
                            {"StartingPosition", "TRIM_HORIZON"}};
    const std::string text = json::serialize(body);
    const Answer made = answer_to({"POST", "/2015-03-31/event-source-mappings", {}, text});
    if (made.status != 202) throw std::logic_error("no mapping is made: " + made.body);
    names_.add("$MAPPING", json::parse(made.body).at("UUID").as_string().c_str());
    has_mapping_ = true;
}

SampleServer::Answer SampleServer::answer_to(const server::HttpRequest& request) {
    constexpr std::chrono::seconds longest{5};
    const auto begun = std::chrono::steady_clock::now();
    server::HttpResponse response;
    door_.answer(request, response);
    require_readable(response.status, std::string(response.content()), response.content_type);
    if (std::chrono::steady_clock::now() - begun > longest)
        throw std::logic_error("the answer took too long");
    return {response.status, std::string(response.content())};
}

SampleServer::Answer SampleServer::signed_post(std::string_view operation, std::string_view body) {
    constexpr std::array<std::string_view, 4> of_streams = {"DescribeStream", "GetRecords",
                                                            "GetShardIterator", "ListStreams"};
    const bool is_of_streams = std::ranges::find(of_streams, operation) != of_streams.end();
    std::string target(operation);
    if (target.find('.') == std::string::npos) {
        target.insert(0, is_of_streams ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.");
    }
    const std::array<server::HttpHeader, 4> headers = {{{"Content-Type", "application/x-amz-json-1.0"},
                                                        {"X-Amz-Target", target},
                                                        {"X-Amz-Date", "20260131T120000Z"},
                                                        {"Authorization", authorization}}};
    return answer_to({"POST", "/", headers, body});
}

int SampleServer::post(std::string_view operation, const std::string& body) {
    if (operation.starts_with("AWSCognito") && !has_users_) make_users();
    return signed_post(operation, names_.filled_in(body)).status;
}

int SampleServer::ask(std::string_view method, const std::string& target, const std::string& body) {
    if (!has_mapping_) make_mapping();
    const std::string filled_target = names_.filled_in(target);
    const std::string filled_body = names_.filled_in(body);
    return answer_to({method, filled_target, {}, filled_body}).status;
}

std::vector<std::pair<std::string, std::string>> SampleServer::endpoints() {
    std::vector<std::pair<std::string, std::string>> all;
    const Answer answer = answer_to({"GET", "/_tailrace", {}, {}});
    const json::value listed = json::parse(answer.body);
    for (const json::value& each : listed.at("endpoints").as_array()) {
        all.emplace_back(each.at("method").as_string().c_str(), each.at("path").as_string().c_str());
    }
    return all;
}

json::object SampleServer::require(std::string_view operation, const json::object& request) {
    const std::string body = json::serialize(request);
    const Answer answer = signed_post(operation, body);
    if (answer.status != 200) {
        throw std::logic_error(std::string(operation) + " " + body + " is answered: " + answer.body);
    }
    json::error_code error;
    return parse_json(answer.body, error).as_object();
}

void SampleServer::read_everything() {
    json::object request;
    while (true) {
        const json::object listed = require("ListTables", request);
        for (const json::value& name : listed.at("TableNames").as_array())
            read_table(name.as_string().c_str());
        const json::value* last = listed.if_contains("LastEvaluatedTableName");
        if (last == nullptr) break;
        request["ExclusiveStartTableName"] = *last;
    }
    const json::object streams = require("ListStreams", {});
    for (const json::value& stream : streams.at("Streams").as_array()) {
        read_stream(stream.at("StreamArn").as_string().c_str());
    }
}

void SampleServer::read_table(const std::string& name) {
    const json::object described = require("DescribeTable", {{"TableName", name}});
    require("DescribeTimeToLive", {{"TableName", name}});
    require("DescribeContinuousBackups", {{"TableName", name}});
    const json::object& table = described.at("Table").as_object();
    scan(name, {});
    for (const char* kind : {"GlobalSecondaryIndexes", "LocalSecondaryIndexes"}) {
        const json::value* indexes = table.if_contains(kind);
        if (indexes == nullptr) continue;
        for (const json::value& index : indexes->as_array())
            scan(name, index.at("IndexName").as_string().c_str());
    }
}

void SampleServer::scan(const std::string& table, const std::string& index) {
    json::object request{{"TableName", table}};
    if (!index.empty()) request["IndexName"] = index;
    while (true) {
        const json::object page = require("Scan", request);
        const json::value* last = page.if_contains("LastEvaluatedKey");
        if (last == nullptr) return;
        request["ExclusiveStartKey"] = *last;
    }
}

void SampleServer::read_stream(const std::string& arn) {
    const json::object described = require("DescribeStream", {{"StreamArn", arn}});
    for (const json::value& shard : described.at("StreamDescription").at("Shards").as_array()) {
        json::value iterator = require("GetShardIterator", {{"StreamArn", arn},
                                                            {"ShardId", shard.at("ShardId")},
                                                            {"ShardIteratorType", "TRIM_HORIZON"}})
                                   .at("ShardIterator");
        while (true) {
            const json::object page = require("GetRecords", {{"ShardIterator", iterator}});
            const json::value* next = page.if_contains("NextShardIterator");
            if (next == nullptr || page.at("Records").as_array().empty()) break;
            iterator = *next;
        }
    }
}

}  // namespace tailrace::inputs
