#include "stream/mapping/delivery/delivery.hpp"
#include "engine/model/sequence_number.hpp"

#include <algorithm>

#include "engine/storage/change_log.hpp"
#include "stream/mapping/failure/failure_record.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace std::chrono_literals;
using Kind = BatchAnswer::Kind;
using Numbers = std::vector<std::uint64_t>;

namespace {

// 2025-06-05T18:21:49Z
const Timestamp start{std::chrono::seconds(1'749'147'709)};

/// Records with the numbers `first` to `last`, one second apart.
Delivery delivery_of(std::uint64_t first, std::uint64_t last) {
    auto batch = std::make_shared<EventBatch>();
    batch->stream_arn = "arn:stream";
    batch->shard_id = "shardId-1";
    for (std::uint64_t n = first; n <= last; ++n) {
        batch->records.push_back({n, "{}", start + std::chrono::seconds(n - first)});
    }
    return {batch};
}

Numbers numbers(const Delivery& delivery) {
    Numbers all;
    for (const EventRecord& record : delivery.batch->records) all.push_back(record.sequence);
    return all;
}

std::vector<Numbers> again(const Verdict& verdict) {
    std::vector<Numbers> all;
    for (const Delivery& delivery : verdict.again) all.push_back(numbers(delivery));
    return all;
}

Verdict judge(const DeliveryRules& rules, const Delivery& delivery, const BatchAnswer& answer) {
    return RetryPolicy(rules).judge(delivery, answer, start);
}

std::string number(std::uint64_t sequence) {
    return sequence_text(sequence);
}

BatchAnswer read(const std::string& payload, const MappingParameters& parameters) {
    return read_answer({CallOutcome::returned, payload}, *delivery_of(1, 4).batch, parameters);
}

std::string failed_items(const std::string& items) {
    return R"({"batchItemFailures":[)" + items + "]}";
}

std::string item(std::uint64_t sequence) {
    return R"({"itemIdentifier":")" + number(sequence) + R"("})";
}

}  // namespace

TEST_CASE("what a function returns matters only with ReportBatchItemFailures", "[delivery]") {
    MappingParameters parameters;
    CHECK(read(failed_items(item(2)), parameters).kind == Kind::succeeded);
    parameters.report_batch_item_failures = true;
    CHECK(read(failed_items(item(2)), parameters).kind == Kind::partly_failed);
}

TEST_CASE("the lowest reported item is where a batch failed", "[delivery]") {
    MappingParameters parameters;
    parameters.report_batch_item_failures = true;
    const BatchAnswer answer = read(failed_items(item(4) + "," + item(2) + "," + item(3)), parameters);
    CHECK(answer.kind == Kind::partly_failed);
    CHECK(answer.failed_from == 1);
    CHECK(answer.error == "the function reported 100000000000000000002 as failed");
}

TEST_CASE("nothing reported is success", "[delivery]") {
    MappingParameters parameters;
    parameters.report_batch_item_failures = true;
    for (const char* payload :
         {"", "null", "{}", R"({"batchItemFailures":[]})", R"({"batchItemFailures":null})"}) {
        INFO(payload);
        CHECK(read(payload, parameters).kind == Kind::succeeded);
    }
}

TEST_CASE("an item failure that names no record of the batch fails all of it", "[delivery]") {
    MappingParameters parameters;
    parameters.report_batch_item_failures = true;
    for (const std::string& wrong :
         {std::string(R"({"itemIdentifier":""})"), std::string(R"({"itemIdentifier":null})"),
          R"({"itemId":")" + number(2) + R"("})", item(9)}) {
        INFO(wrong);
        const BatchAnswer answer = read(failed_items(item(3) + "," + wrong), parameters);
        CHECK(answer.kind == Kind::failed);
        CHECK(answer.error == "the response's batchItemFailures names no record of the batch: " + wrong);
    }
}

TEST_CASE("a call in a tumbling window that returns no state has failed", "[delivery]") {
    EventBatch batch = *delivery_of(1, 2).batch;
    batch.window = TumblingWindow{start, start + 60s};
    const auto read = [&](const char* payload) {
        return read_answer({CallOutcome::returned, payload}, batch, {});
    };
    CHECK(read("null").error == "the response has no state");
    CHECK(read(R"({"state":null})").kind == Kind::failed);
    CHECK(read(R"({"state":{"sum":3}})").kind == Kind::succeeded);
    CHECK(read(R"({"state":{"sum":3}})").state_json == R"({"sum":3})");
}

TEST_CASE("a call in a tumbling window may report items and has its state kept all the same", "[delivery]") {
    EventBatch batch = *delivery_of(1, 4).batch;
    batch.window = TumblingWindow{start, start + 60s};
    const HandlerResult result{CallOutcome::returned,
                               R"({"state":{"sum":2},"batchItemFailures":[)" + item(3) + "]}"};
    MappingParameters parameters;
    CHECK(read_answer(result, batch, parameters).kind == Kind::succeeded);
    parameters.report_batch_item_failures = true;
    const BatchAnswer answer = read_answer(result, batch, parameters);
    CHECK(answer.kind == Kind::partly_failed);
    CHECK(answer.failed_from == 2);
    CHECK(answer.state_json == R"({"sum":2})");
}

TEST_CASE("a function error is tried again until the retries are used up", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.maximum_retry_attempts = 2;
    Delivery delivery = delivery_of(1, 3);
    for (std::size_t retry = 1; retry <= 2; ++retry) {
        const Verdict verdict = judge(rules, delivery, {Kind::failed, 0, "refused"});
        CHECK(again(verdict) == std::vector<Numbers>{{1, 2, 3}});
        CHECK_FALSE(verdict.discard);
        delivery = verdict.again.at(0);
        CHECK(delivery.retries == retry);
    }
    const Verdict last = judge(rules, delivery, {Kind::failed, 0, "refused"});
    CHECK(again(last).empty());
    REQUIRE(last.discard);
    CHECK(last.discard->condition == DiscardCondition::retry_attempts_exhausted);
    CHECK(numbers(last.discard->delivery) == Numbers{1, 2, 3});
}

TEST_CASE("the wait doubles with each failure up to a hundredfold", "[delivery]") {
    DeliveryRules rules;
    rules.first_retry_wait = 100ms;
    Delivery delivery = delivery_of(1, 1);
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 10; ++i) {
        delivery = judge(rules, delivery, {Kind::failed, 0, "refused"}).again.at(0);
        waits.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(delivery.not_before - start).count());
    }
    CHECK(waits == std::vector<std::int64_t>{100, 200, 400, 800, 1600, 3200, 6400, 10'000, 10'000, 10'000});
}

// Source: "Splitting batches doesn't consume the retry quota."
TEST_CASE("with bisection a failed batch is cut in two and keeps its retries", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.bisect_batch_on_function_error = true;
    rules.parameters.maximum_retry_attempts = 1;
    for (const bool reports : {false, true}) {
        rules.parameters.report_batch_item_failures = reports;
        const Verdict halves = judge(rules, delivery_of(1, 5), {Kind::failed, 0, "refused"});
        CHECK(again(halves) == std::vector<Numbers>{{1, 2}, {3, 4, 5}});
        for (const Delivery& half : halves.again) CHECK(half.retries == 0);
    }

    const Verdict retried = judge(rules, delivery_of(1, 1), {Kind::failed, 0, "refused"});
    CHECK(retried.again.at(0).retries == 1);
    const Verdict last = judge(rules, retried.again.at(0), {Kind::failed, 0, "refused"});
    CHECK(last.discard.has_value());
}

TEST_CASE("after reported items everything from the lowest on is tried again", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.maximum_retry_attempts = 1;
    const Verdict verdict = judge(rules, delivery_of(1, 4), {Kind::partly_failed, 2, "reported"});
    CHECK(verdict.handled == 2);
    CHECK(again(verdict) == std::vector<Numbers>{{3, 4}});

    // If no record was handled, the next delivery is a retry.
    const Verdict retried = judge(rules, verdict.again.at(0), {Kind::partly_failed, 0, "reported"});
    CHECK(retried.again.at(0).retries == 1);
    const Verdict last = judge(rules, retried.again.at(0), {Kind::partly_failed, 0, "reported"});
    CHECK(numbers(last.discard->delivery) == Numbers{3, 4});
}

// Observed on AWS with batches of three and three retries: the failing record is sent five times in all, the
// first time with the two records before it, and the failure record counts four calls.
TEST_CASE("calls and retries are counted from zero after a partial success", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.maximum_retry_attempts = 3;
    Delivery delivery = delivery_of(3, 5);
    delivery.invocations = 1;
    Verdict verdict = judge(rules, delivery, {Kind::partly_failed, 2, "reported"});
    std::size_t calls = 1;
    while (!verdict.discard) {
        REQUIRE(again(verdict) == std::vector<Numbers>{{5}});
        delivery = verdict.again.at(0);
        ++delivery.invocations;
        ++calls;
        verdict = judge(rules, delivery, {Kind::partly_failed, 0, "reported"});
    }
    CHECK(calls == 5);
    CHECK(numbers(verdict.discard->delivery) == Numbers{5});
    const auto record = failure_record(*verdict.discard, "arn:function", start);
    CHECK(record.at("requestContext").at("approximateInvokeCount") == 4);
}

TEST_CASE("what is left after a partial success is sent again, even without retries", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.maximum_retry_attempts = 0;
    const Verdict verdict = judge(rules, delivery_of(1, 4), {Kind::partly_failed, 1, "reported"});
    CHECK(again(verdict) == std::vector<Numbers>{{2, 3, 4}});
    CHECK(judge(rules, verdict.again.at(0), {Kind::partly_failed, 0, "reported"}).discard);
}

TEST_CASE("with bisection a batch is cut at the lowest reported item, which costs no retry", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.bisect_batch_on_function_error = true;
    rules.parameters.maximum_retry_attempts = 0;
    const Verdict verdict = judge(rules, delivery_of(1, 6), {Kind::partly_failed, 2, "reported"});
    CHECK(again(verdict) == std::vector<Numbers>{{3, 4, 5, 6}});
    CHECK(verdict.again.at(0).retries == 0);

    // If the first record is the lowest reported one, there is nothing to cut off.
    const Verdict whole = judge(rules, verdict.again.at(0), {Kind::partly_failed, 0, "reported"});
    CHECK(numbers(whole.discard->delivery) == Numbers{3, 4, 5, 6});
}

TEST_CASE("a call that did not reach the function neither counts nor cuts", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.bisect_batch_on_function_error = true;
    rules.parameters.maximum_retry_attempts = 0;
    const Verdict verdict = judge(rules, delivery_of(1, 4), {Kind::not_invoked, 0, "busy"});
    CHECK(again(verdict) == std::vector<Numbers>{{1, 2, 3, 4}});
    CHECK(verdict.again.at(0).retries == 0);
    CHECK(verdict.again.at(0).not_before == start + 100ms);
    CHECK_FALSE(verdict.discard);
}

TEST_CASE("the last call of a tumbling window is repeated until it succeeds", "[delivery]") {
    DeliveryRules rules;
    rules.parameters.maximum_retry_attempts = 0;
    auto batch = std::make_shared<EventBatch>();
    batch->window = TumblingWindow{.start = start, .end = start + 60s, .state_json = "{}", .is_final = true};
    CHECK(judge(rules, {batch}, {Kind::failed, 0, "refused"}).again.size() == 1);
    CHECK(judge(rules, {batch}, {Kind::succeeded}).again.empty());
}

TEST_CASE("records are too old by the mapping's age, and by the stream's day", "[delivery]") {
    DeliveryRules rules;
    const Delivery delivery = delivery_of(1, 3);
    const RetryPolicy policy(rules);
    CHECK(policy.expired(*delivery.batch, start + 24h) == 0);
    CHECK(policy.expired(*delivery.batch, start + 24h + 1s) == 1);
    rules.parameters.maximum_record_age = 60s;
    CHECK(policy.expired(*delivery.batch, start + 60s) == 0);
    CHECK(policy.expired(*delivery.batch, start + 62s) == 2);
    CHECK(policy.expiry(*delivery.batch) == start + 60s + 1us);
    rules.parameters.maximum_record_age = 604'800s;
    CHECK(policy.expired(*delivery.batch, start + 25h) == 3);
}

TEST_CASE("the record of a batch that was given up is Lambda's", "[delivery]") {
    Discard discard{delivery_of(7, 8), DiscardCondition::retry_attempts_exhausted};
    discard.delivery.invocations = 4;
    discard.delivery.last_result = {CallOutcome::function_error, "{}", "a-request"};
    CHECK(boost::json::serialize(failure_record(discard, "arn:function", start + 37'479ms)) ==
          R"({"requestContext":{"requestId":"a-request","functionArn":"arn:function",)"
          R"("condition":"RetryAttemptsExhausted","approximateInvokeCount":4},)"
          R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},)"
          R"("version":"1.0","timestamp":"2025-06-05T18:22:26.479Z",)"
          R"("DDBStreamBatchInfo":{"shardId":"shardId-1","startSequenceNumber":"100000000000000000007",)"
          R"("endSequenceNumber":"100000000000000000008",)"
          R"("approximateArrivalOfFirstRecord":"2025-06-05T18:21:49Z",)"
          R"("approximateArrivalOfLastRecord":"2025-06-05T18:21:50Z","batchSize":2,)"
          R"("streamArn":"arn:stream"}})");
}

TEST_CASE("a function that reported items had no error of its own", "[delivery]") {
    Discard discard{delivery_of(7, 8), DiscardCondition::retry_attempts_exhausted};
    discard.delivery.invocations = 1;
    const auto record = failure_record(discard, "arn:function", start);
    CHECK(boost::json::serialize(record.at("responseContext")) ==
          R"({"statusCode":200,"executedVersion":"$LATEST","functionError":null})");
}

TEST_CASE("the record of a batch that became too old has no response, however often it was sent",
          "[delivery]") {
    Discard discard{delivery_of(7, 8), DiscardCondition::record_age_exceeded};
    for (const std::size_t invocations : {0U, 1U, 8U}) {
        discard.delivery.invocations = invocations;
        const auto record = failure_record(discard, "arn:function", start);
        CHECK(record.at("requestContext").at("condition") == "RecordAgeExceeded");
        CHECK(record.at("requestContext").at("requestId").as_string().size() == 36);
        CHECK(record.at("requestContext").at("approximateInvokeCount") ==
              std::max(invocations, std::size_t{1}));
        CHECK_FALSE(record.contains("responseContext"));
    }
}
