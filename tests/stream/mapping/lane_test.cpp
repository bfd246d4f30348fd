#include "stream/mapping/source/lane.hpp"

#include "stream/mapping/source/item_lane.hpp"
#include "stream/mapping/source/shard_cursor.hpp"
#include "stream/mapping/source/stream_cursors.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace std::chrono_literals;
using Kind = BatchAnswer::Kind;

namespace {

const Timestamp lane_start{std::chrono::hours(480'000)};
const ShardName shard_name{"messages", "arn:stream", "shardId-1"};

EventRecord record(std::uint64_t sequence, Timestamp time = lane_start, std::size_t bytes = 2) {
    return {sequence, std::string(bytes, ' '), time};
}

/// "1 2 3" for a batch with these numbers, "-" for no work, "end" for the last call of a window.
std::string text_of(const std::optional<LaneWork>& work) {
    if (!work) return "-";
    if (work->delivery.is_final()) return "end";
    std::string text;
    for (const EventRecord& each : work->delivery.batch->records) {
        if (!text.empty()) text.push_back(' ');
        text.append(std::to_string(each.sequence));
    }
    return text;
}

/// A lane to which a test adds records and from which it takes work.
struct TestLane {
    explicit TestLane(MappingParameters parameters) : rules{std::move(parameters)}, lane(rules, shard_name) {}

    void add(std::uint64_t sequence, Timestamp time) { lane.add(record(sequence, time), time); }
    std::optional<LaneWork> begin(Timestamp now) { return lane.begin(now, Eagerness::when_due, reading); }
    /// Takes the next work and settles it with this answer.
    std::string next(Timestamp now, const BatchAnswer& answer = {}) {
        auto work = begin(now);
        std::string text = text_of(work);
        if (!work) return text;
        last = work->delivery;
        condition = work->condition;
        lane.settle(*work, lane.judge(*work, answer, now), answer);
        lane.release();
        return text;
    }
    /// Marks that the shard had no further records at this time.
    void read_to_end(Timestamp time) { reading.at_end = time; }

    DeliveryRules rules;
    Lane lane;
    ShardReading reading;
    Delivery last;
    DiscardCondition condition = DiscardCondition::none;
};

BatchAnswer state(std::string json) {
    return {.kind = Kind::succeeded, .state_json = std::move(json)};
}

MappingParameters windows_of_a_minute() {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    return parameters;
}

/// Handles a record of the window that begins at `start`, and closes the window.
void close_window(TestLane& lane, Timestamp start) {
    lane.add(1, start + 5s);
    CHECK(lane.next(start + 5s, state("1")) == "1");
    lane.read_to_end(start + 60s);
    CHECK(lane.next(start + 60s, state("{}")) == "end");
}

std::string keys(const std::string& pk) {
    return R"({"dynamodb":{"Keys":{"pk":{"S":")" + pk + R"("}}}})";
}

}  // namespace

TEST_CASE("without a window one record is a batch, and what is there is cut at the batch size", "[lane]") {
    MappingParameters parameters;
    parameters.batch_size = 2;
    TestLane lane(parameters);
    CHECK(lane.next(lane_start) == "-");
    for (std::uint64_t n = 1; n <= 5; ++n) lane.add(n, lane_start);
    CHECK(lane.next(lane_start) == "1 2");
    CHECK(lane.next(lane_start) == "3 4");
    CHECK(lane.next(lane_start) == "5");
    CHECK(lane.next(lane_start) == "-");
}

TEST_CASE("a batch waits for its window unless it is full or nothing more can come", "[lane]") {
    MappingParameters parameters;
    parameters.batch_size = 3;
    parameters.maximum_batching_window = 10s;
    TestLane lane(parameters);
    lane.add(1, lane_start);
    lane.add(2, lane_start + 4s);
    CHECK(lane.lane.due(lane.reading) == lane_start + 10s);
    CHECK(lane.next(lane_start + 9s) == "-");
    CHECK(lane.next(lane_start + 10s) == "1 2");
    for (std::uint64_t n = 3; n <= 6; ++n) lane.add(n, lane_start + 11s);
    CHECK(lane.next(lane_start + 11s) == "3 4 5");
    CHECK(lane.next(lane_start + 11s) == "-");
    lane.reading.is_closed = true;
    lane.read_to_end(lane_start + 11s);
    CHECK(lane.next(lane_start + 11s) == "6");
}

// Everything written before the end of the window is in the batch, however late it is read.
TEST_CASE("a batch is sent once its shard has been read after the end of its window", "[lane]") {
    MappingParameters parameters;
    parameters.maximum_batching_window = 10s;
    TestLane lane(parameters);
    lane.add(1, lane_start);
    lane.read_to_end(lane_start + 2s);
    CHECK(lane.next(lane_start + 10s) == "-");
    lane.add(2, lane_start + 10s);
    lane.read_to_end(lane_start + 10s);
    CHECK(lane.next(lane_start + 10s) == "1 2");
}

TEST_CASE("6 MB of payload are a full batch", "[lane]") {
    MappingParameters parameters;
    parameters.maximum_batching_window = 10s;
    TestLane lane(parameters);
    for (std::uint64_t n = 1; n <= 3; ++n) lane.lane.add(record(n, lane_start, 2'500'000), lane_start);
    CHECK_FALSE(lane.lane.wants_records());
    CHECK(lane.next(lane_start) == "1 2");
    CHECK(lane.next(lane_start) == "-");
    CHECK(lane.next(lane_start + 10s) == "3");
}

TEST_CASE("a lane has one batch in flight", "[lane]") {
    TestLane lane({});
    lane.add(1, lane_start);
    auto first = lane.begin(lane_start);
    lane.add(2, lane_start);
    CHECK_FALSE(lane.begin(lane_start));
    CHECK(lane.lane.due(lane.reading) == std::nullopt);
    CHECK(lane.lane.first_waiting() == 1);
    lane.lane.settle(*first, {}, {});
    CHECK_FALSE(lane.begin(lane_start));
    CHECK(lane.lane.first_waiting() == 2);
    lane.lane.release();
    CHECK(lane.next(lane_start) == "2");
}

TEST_CASE("a failed batch is sent again before anything new, after its wait", "[lane]") {
    TestLane lane({});
    lane.add(1, lane_start);
    CHECK(lane.next(lane_start, {Kind::failed, 0, "refused"}) == "1");
    lane.add(2, lane_start);
    CHECK(lane.next(lane_start) == "-");
    CHECK(lane.lane.due(lane.reading) == lane_start + 100ms);
    CHECK(lane.next(lane_start + 100ms) == "1");
    CHECK(lane.next(lane_start + 100ms) == "2");
}

TEST_CASE("both halves of a batch are sent before anything new", "[lane]") {
    MappingParameters parameters;
    parameters.bisect_batch_on_function_error = true;
    TestLane lane(parameters);
    for (std::uint64_t n = 1; n <= 4; ++n) lane.add(n, lane_start);
    CHECK(lane.next(lane_start, {Kind::failed, 0, "refused"}) == "1 2 3 4");
    lane.add(5, lane_start);
    CHECK(lane.next(lane_start + 1s) == "1 2");
    CHECK(lane.next(lane_start + 1s, {Kind::failed, 0, "refused"}) == "3 4");
    CHECK(lane.next(lane_start + 2s) == "3");
    CHECK(lane.next(lane_start + 2s) == "4");
    CHECK(lane.next(lane_start + 2s) == "5");
}

TEST_CASE("only the records that are too old are given up, even while the batch waits for its retry",
          "[lane]") {
    MappingParameters parameters;
    parameters.maximum_record_age = 60s;
    TestLane lane(parameters);
    lane.rules.first_retry_wait = 1h;
    lane.add(1, lane_start);
    lane.add(2, lane_start + 30s);
    CHECK(lane.next(lane_start + 60s, {Kind::failed, 0, "refused"}) == "1 2");
    CHECK(lane.lane.due(lane.reading) == lane_start + 60s + 1us);
    CHECK(lane.next(lane_start + 61s) == "1");
    CHECK(lane.condition == DiscardCondition::record_age_exceeded);
    CHECK(lane.lane.first_waiting() == 2);
    CHECK(lane.next(lane_start + 89s) == "-");
    CHECK(lane.next(lane_start + 91s) == "2");
    CHECK(lane.condition == DiscardCondition::record_age_exceeded);
}

TEST_CASE("a tumbling window hands its state from batch to batch and ends with a call of its own", "[lane]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    parameters.batch_size = 2;
    TestLane lane(parameters);
    for (std::uint64_t n = 1; n <= 3; ++n) lane.add(n, lane_start + std::chrono::seconds(n));
    lane.add(4, lane_start + 61s);
    CHECK(lane.next(lane_start + 61s, state(R"({"n":2})")) == "1 2");
    CHECK(lane.last.batch->window->start == lane_start);
    CHECK(lane.last.batch->window->end == lane_start + 60s);
    CHECK(lane.last.batch->window->state_json == "{}");
    // The next window's record waits until this window has ended.
    CHECK(lane.next(lane_start + 61s, state(R"({"n":3})")) == "3");
    CHECK(lane.last.batch->window->state_json == R"({"n":2})");
    CHECK(lane.next(lane_start + 61s, state("{}")) == "end");
    CHECK(lane.last.batch->window->state_json == R"({"n":3})");
    CHECK_FALSE(lane.last.batch->window->is_terminated_early);
    CHECK(lane.next(lane_start + 61s, state("{}")) == "4");
    CHECK(lane.last.batch->window->start == lane_start + 60s);
    CHECK(lane.last.batch->window->state_json == "{}");
}

TEST_CASE("a record whose tumbling window has been closed is in the next one", "[lane]") {
    TestLane lane(windows_of_a_minute());
    close_window(lane, lane_start);
    lane.add(2, lane_start + 59s);
    lane.add(3, lane_start + 61s);
    CHECK(lane.next(lane_start + 62s, state("2")) == "2 3");
    CHECK(lane.last.batch->window->start == lane_start + 60s);
    CHECK(lane.last.batch->window->end == lane_start + 120s);
}

TEST_CASE("a tumbling window that has been closed stays closed when another process goes on", "[lane]") {
    TestLane first(windows_of_a_minute());
    close_window(first, lane_start);
    TestLane second(windows_of_a_minute());
    second.lane.restore_window(first.lane.window()->checkpoint_json());
    CHECK_FALSE(second.lane.window()->is_open());
    second.add(2, lane_start + 59s);
    CHECK(second.next(lane_start + 62s, state("2")) == "2");
    CHECK(second.last.batch->window->start == lane_start + 60s);
    // The same holds for a process that comes while the next window is open.
    TestLane third(windows_of_a_minute());
    third.lane.restore_window(second.lane.window()->checkpoint_json());
    third.add(3, lane_start + 58s);
    CHECK(third.next(lane_start + 63s, state("3")) == "3");
    CHECK(third.last.batch->window->start == lane_start + 60s);
    CHECK(third.last.batch->window->state_json == "2");
}

TEST_CASE("a clock that was set back opens the windows of its time again", "[lane]") {
    TestLane lane(windows_of_a_minute());
    close_window(lane, lane_start + 120s);
    lane.add(2, lane_start + 65s);
    CHECK(lane.next(lane_start + 66s, state("2")) == "2");
    CHECK(lane.last.batch->window->start == lane_start + 60s);
}

TEST_CASE("a tumbling window without later records ends once its shard has been read after it", "[lane]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    TestLane lane(parameters);
    lane.add(1, lane_start + 5s);
    CHECK(lane.next(lane_start + 5s, state("1")) == "1");
    lane.read_to_end(lane_start + 59s);
    CHECK(lane.lane.due(lane.reading) == lane_start + 60s);
    CHECK(lane.next(lane_start + 60s) == "-");
    lane.read_to_end(lane_start + 60s);
    CHECK(lane.next(lane_start + 60s, state("{}")) == "end");
    CHECK(lane.next(lane_start + 61s) == "-");
}

TEST_CASE("a window whose last call fails holds up its shard", "[lane]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    parameters.maximum_retry_attempts = 0;
    TestLane lane(parameters);
    lane.add(1, lane_start);
    lane.add(2, lane_start + 60s);
    CHECK(lane.next(lane_start + 60s, state("1")) == "1");
    CHECK(lane.next(lane_start + 60s, {Kind::failed, 0, "refused"}) == "end");
    CHECK(lane.next(lane_start + 60s) == "-");
    CHECK(lane.next(lane_start + 61s, {Kind::failed, 0, "refused"}) == "end");
    CHECK(lane.last.batch->window->state_json == "1");
    CHECK(lane.next(lane_start + 62s, state("1")) == "end");
    CHECK(lane.next(lane_start + 62s) == "2");
}

TEST_CASE("a state of more than 1 MB ends the window early", "[lane]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    parameters.batch_size = 1;
    TestLane lane(parameters);
    lane.add(1, lane_start);
    lane.add(2, lane_start + 1s);
    const std::string largest(ShardWindow::max_state_bytes, '1');
    CHECK(lane.next(lane_start + 1s, state(largest + "1")) == "1");
    CHECK(lane.next(lane_start + 1s, state("{}")) == "end");
    CHECK(lane.last.batch->window->is_terminated_early);
    CHECK(lane.next(lane_start + 1s, state(largest)) == "2");
    CHECK(lane.last.batch->window->state_json == "{}");
    CHECK(lane.next(lane_start + 2s) == "-");
}

TEST_CASE("the records of an item share a lane, and items are spread over all lanes", "[lane]") {
    std::vector<std::size_t> counts(4);
    for (int i = 0; i < 400; ++i) {
        const auto parsed = boost::json::parse(keys("user" + std::to_string(i)));
        ++counts[item_lane(parsed, counts.size())];
    }
    for (const std::size_t count : counts) CHECK(count > 50);
    const auto one_way = boost::json::parse(R"({"dynamodb":{"Keys":{"pk":{"S":"a"},"sk":{"N":"1"}}}})");
    const auto other_way = boost::json::parse(R"({"dynamodb":{"Keys":{"sk":{"N":"1"},"pk":{"S":"a"}}}})");
    CHECK(item_lane(one_way, 1000) == item_lane(other_way, 1000));
}

// Its windows run one after the other, each with one state.
TEST_CASE("a shard with tumbling windows has one lane", "[lane]") {
    MappingParameters parameters;
    parameters.parallelization_factor = 10;
    CHECK(ShardCursor(DeliveryRules{parameters}, shard_name, {}).lanes() == 10);
    parameters.tumbling_window = 60s;
    CHECK(ShardCursor(DeliveryRules{parameters}, shard_name, {}).lanes() == 1);
}

// A slow lane holds back the shard's checkpoint. The saved places of the lanes keep the work of the other
// lanes from being repeated.
TEST_CASE("the checkpoint of a shard passes only what all its lanes have handled", "[lane]") {
    MappingParameters parameters;
    parameters.parallelization_factor = 2;
    parameters.batch_size = 1;
    const DeliveryRules rules{parameters};
    std::array<std::string, 2> item_of_lane;
    for (int i = 0; item_of_lane[0].empty() || item_of_lane[1].empty(); ++i) {
        const std::string text = keys(std::to_string(i));
        item_of_lane.at(item_lane(boost::json::parse(text), 2)) = text;
    }
    storage::ChangePage page;
    for (std::uint64_t n = 1; n <= 4; ++n) {
        page.changes.push_back({n, item_of_lane.at(n == 1 ? 0 : 1), 0, lane_start});
    }
    page.reached = 4;
    page.at_end = true;
    const ShardSight sight{.stream_arn = "", .shard = table::Shard(), .page = page, .lanes = {0, 1, 1, 1}};
    ShardCursor cursor(rules, shard_name, {});
    cursor.take(sight, lane_start);

    auto slow = cursor.begin(lane_start, Eagerness::when_due);
    CHECK(text_of(slow->work) == "1");
    for (const char* expected : {"2", "3"}) {
        auto quick = cursor.begin(lane_start, Eagerness::when_due);
        CHECK(text_of(quick->work) == expected);
        cursor.lane(quick->lane).settle(quick->work, {}, {});
        cursor.lane(quick->lane).release();
    }
    CHECK(cursor.handled_up_to() == 0);
    const ShardCheckpoint reached = cursor.checkpoint();
    CHECK(reached == ShardCheckpoint{0, {0, 3}});

    ShardCursor again(rules, shard_name, reached);
    again.take(sight, lane_start);
    CHECK(text_of(again.begin(lane_start, Eagerness::when_due)->work) == "1");
    CHECK(text_of(again.begin(lane_start, Eagerness::when_due)->work) == "4");

    cursor.lane(slow->lane).settle(slow->work, {}, {});
    CHECK(cursor.handled_up_to() == 3);
}

// A restart reads from the place of the slowest lane. If the checkpoint is saved before more is read, a lane
// that is ahead must keep its place: otherwise a second restart would send what it has already handled.
TEST_CASE("a lane that is ahead keeps its place after a restart", "[mapping]") {
    MappingParameters parameters;
    parameters.parallelization_factor = 2;
    const DeliveryRules rules{parameters};
    const ShardCheckpoint ahead{.sequence = 10, .lanes = {50, 10}};
    CHECK(ShardCursor(rules, shard_name, ahead).checkpoint() == ahead);
    const ShardCheckpoint level{.sequence = 10};
    CHECK(ShardCursor(rules, shard_name, level).checkpoint() == level);
}

// A mapping may be given other parameters before it has read anything, for example one that was disabled.
TEST_CASE("the checkpoint of a source that is not read yet is where it began", "[mapping]") {
    const Checkpoint begin{
        .stream_arn = "arn:stream",
        .sequence = 10,
        .shards = {{"shardId-1", {.sequence = 20, .lanes = {50, 20}}},
                   {"shardId-2", {.sequence = 10, .window = boost::json::object{{"State", "{}"}}}}}};
    CHECK(StreamCursors("messages", DeliveryRules(), begin).checkpoint() == begin);
}
