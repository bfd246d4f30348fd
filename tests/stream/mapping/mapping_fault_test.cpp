#include "stream/mapping/mapping_fault.hpp"

#include "engine/storage/key_encoding.hpp"
#include "tests/catch.hpp"
#include "tests/failing_store.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

const std::string place = "mapping/messages/scripted";

/// A mapping of a new table on a store that can be made to fail.
class FaultyMapping {
  public:
    explicit FaultyMapping(
        MappingParameters parameters = {},
        Scripted::Answer answer = [](const EventBatch&) { return HandlerResult(); })
        : table_(EngineOptions(), std::make_unique<FailingStore>(storage::open_store({}), faults)),
          function_(std::make_shared<Scripted>(std::move(answer))),
          parameters_(std::move(parameters)) {
        table_.create();
    }

    void begin() {
        const auto log = [this](const std::string& line) {
            const std::lock_guard lock(mutex_);
            log_.push_back(line);
            logged_.notify_all();
        };
        dispatcher_ = std::make_unique<Dispatcher>(table_.engine(), DispatcherOptions{{}, log});
        id_ = dispatcher_->add(mapping_of_messages(parameters_), function_);
    }
    /// Ends the process without saving anything more.
    void end() { dispatcher_.reset(); }

    void put(int from, int to) { put_messages(table_, from, to); }
    MappingStatus status() { return dispatcher_->find(id_)->status(); }
    Texts drain() { return dispatcher_->drain(patience); }
    std::optional<Invocation> step() { return dispatcher_->find(id_)->step(); }
    Dispatcher& dispatcher() { return *dispatcher_; }
    const std::string& id() const { return id_; }
    Texts calls() { return function_->calls(); }
    MessageTable& table() { return table_; }
    void wait_for_tries(std::size_t tries) {
        while (!status().fault || status().fault->tries < tries) drain();
    }
    /// Waits until the last line of the log is `line`, and returns the log. A mapping writes the line only
    /// after its status shows the change.
    Texts log_up_to(const std::string& line) {
        std::unique_lock lock(mutex_);
        logged_.wait_for(lock, patience, [&] { return !log_.empty() && log_.back() == line; });
        return log_;
    }
    std::uint64_t saved() {
        const auto checkpoint = CheckpointRow(table_.engine(), place).load();
        return checkpoint ? checkpoint->sequence : 0;
    }
    void set_state(const std::string& value) {
        table_.engine().database().write([&](table::WriteSession& session) {
            session.save_state(place, value);
            return true;
        });
    }
    /// Overwrites the first record of the stream with `text`; returns its old text.
    std::string replace_record(const std::string& text) {
        return table_.engine().database().write([&](table::WriteSession& session) {
            const auto space = session.catalogue().streams.begin()->second->space;
            std::string key;
            std::string before;
            {
                const auto rows = session.transaction().range(space, {}, storage::Direction::forward);
                REQUIRE(rows->next());
                key = rows->key();
                before = rows->value();
            }
            session.transaction().put(space, key, text, 1);
            return before;
        });
    }

    StoreFaults faults;

  private:
    MessageTable table_;
    std::shared_ptr<Scripted> function_;
    const MappingParameters parameters_;
    std::mutex mutex_;
    std::condition_variable logged_;
    Texts log_;
    std::unique_ptr<Dispatcher> dispatcher_;
    std::string id_;
};

const Texts stuck = {"messages/scripted"};
const std::string line_begin = "the event source mapping messages/scripted: ";

std::string refusal_of_step(FaultyMapping& mapping) {
    try {
        mapping.step();
    } catch (const MappingInError& error) {
        return error.what();
    }
    return "stepped";
}

}  // namespace

TEST_CASE("a fault waits twice as long each time, up to a minute", "[mapping_fault]") {
    MappingFault fault;
    const Timestamp start{1000h};
    Timestamp now = start;
    std::vector<std::chrono::milliseconds> waits;
    for (int i = 0; i < 10; ++i) {
        fault.note(MappingPart::place, "full", now);
        waits.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(fault.cause()->next_try - now));
        CHECK(fault.holds_back(now));
        now = fault.cause()->next_try;
        CHECK_FALSE(fault.holds_back(now));
    }
    CHECK(waits == std::vector<std::chrono::milliseconds>{250ms, 500ms, 1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
    CHECK_FALSE(fault.clear(MappingPart::reading));
    CHECK(fault.clear(MappingPart::place));
    CHECK_FALSE(fault.cause().has_value());
    // A fault that comes back at once was not fixed.
    fault.note(MappingPart::place, "full", now);
    CHECK(fault.cause()->next_try == now + 60s);
    // A clock that is set back does not make it wait for hours.
    CHECK_FALSE(fault.holds_back(now - 1h));
    CHECK(fault.note(MappingPart::place, "full", now + 1h) == "full; trying again in 0.25 s");
}

// The disk is full for a while: tables can still be read, nothing is lost, and nothing is sent twice.
TEST_CASE("what fails beside a try is not another try", "[mapping_fault]") {
    MappingFault fault;
    const Timestamp now = Timestamp(100s);
    CHECK(fault.note(MappingPart::place, "away", now) == "away; trying again in 0.25 s");
    CHECK(fault.note_beside(MappingPart::batch, "gone", now + 50ms) == "gone; trying again in 0.20 s");
    CHECK(fault.cause()->tries == 1);
    CHECK(fault.cause()->next_try == now + 250ms);
    // When the wait is over, a failure is another try, whoever notes it.
    CHECK(fault.note_beside(MappingPart::batch, "gone", now + 250ms) == "gone; trying again in 0.50 s");
    CHECK(fault.cause()->tries == 2);
    CHECK(fault.failures() == 2);
}

TEST_CASE("a checkpoint that cannot be saved is saved later", "[mapping_fault]") {
    StoreFaults* faults = nullptr;
    FaultyMapping mapping({}, [&](const EventBatch&) {
        faults->writes = true;
        return HandlerResult();
    });
    faults = &mapping.faults;
    mapping.put(0, 2);
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    CHECK(mapping.status().state == MappingState::error);
    CHECK(mapping.status().fault->reason == "the disk is full");
    CHECK(mapping.status().fault->tries == 1);
    CHECK(mapping.status().fault->next_try == mapping.table().clock().now() + 250ms);
    const std::string first_line = line_begin + "the disk is full; trying again in 0.25 s";
    CHECK(mapping.log_up_to(first_line) == Texts{first_line});
    CHECK(mapping.saved() == 0);
    CHECK(mapping.table().call("DescribeTable", R"({"TableName":"messages"})").contains("Table"));

    mapping.table().clock().advance(250ms);
    mapping.wait_for_tries(2);
    CHECK(mapping.status().fault->next_try == mapping.table().clock().now() + 500ms);
    CHECK(refusal_of_step(mapping) == "the disk is full");
    mapping.wait_for_tries(3);

    mapping.faults.writes = false;
    CHECK(mapping.step() == std::nullopt);
    CHECK(mapping.drain().empty());
    CHECK(mapping.log_up_to(line_begin + "works again").back() == line_begin + "works again");
    CHECK(mapping.status().state == MappingState::idle);
    CHECK_FALSE(mapping.status().fault.has_value());
    CHECK(mapping.saved() == 2);
    CHECK(mapping.calls() == Texts{"0 1"});
    mapping.put(2, 3);
    mapping.faults.writes = false;
    while (mapping.calls().size() < 2) mapping.drain();
    CHECK(mapping.calls() == Texts{"0 1", "2"});
}

// Every record is handled, but the end of the window cannot be saved.
TEST_CASE("a drain is not done while a fault holds the mapping back", "[mapping_fault]") {
    MappingParameters parameters;
    parameters.tumbling_window = 60s;
    StoreFaults* faults = nullptr;
    FaultyMapping mapping(parameters, [&](const EventBatch& batch) {
        faults->writes = batch.window->is_final;
        return HandlerResult{CallOutcome::returned, R"({"state":{}})"};
    });
    faults = &mapping.faults;
    mapping.put(0, 1);
    mapping.begin();
    CHECK(mapping.drain().empty());
    mapping.table().clock().advance(60s);
    mapping.wait_for_tries(1);
    CHECK(mapping.drain() == stuck);
    CHECK(mapping.dispatcher().settle(patience) == stuck);
    mapping.faults.writes = false;
    CHECK(mapping.dispatcher().next_due() == mapping.table().clock().now() + 250ms);
    mapping.table().clock().advance(250ms);
    // The next try is due, and a settle waits for it.
    CHECK(mapping.dispatcher().settle(patience).empty());
    CHECK(mapping.drain().empty());
    CHECK(mapping.status().batches == 2);
}

// Delivery is at least once: a batch whose checkpoint was not saved before the end is sent again.
TEST_CASE("a batch whose checkpoint was never saved is repeated by the next process", "[mapping_fault]") {
    StoreFaults* faults = nullptr;
    FaultyMapping mapping({}, [&](const EventBatch&) {
        faults->writes = true;
        return HandlerResult();
    });
    faults = &mapping.faults;
    mapping.put(0, 1);
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    mapping.end();
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    CHECK(mapping.calls() == Texts{"0", "0"});
}

TEST_CASE("a batch that is given up is not passed until that can be saved", "[mapping_fault]") {
    MappingParameters parameters;
    parameters.maximum_retry_attempts = 0;
    parameters.batch_size = 1;
    StoreFaults* faults = nullptr;
    bool is_first = true;
    FaultyMapping mapping(parameters, [&](const EventBatch&) {
        faults->writes = std::exchange(is_first, false);
        return HandlerResult::failed("refused");
    });
    faults = &mapping.faults;
    mapping.put(0, 2);
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    CHECK(mapping.status().given_up == 0);
    CHECK(mapping.status().position.sequence == 0);
    CHECK(mapping.status().failures == 0);
    mapping.faults.writes = false;
    mapping.table().clock().advance(250ms);
    while (!mapping.drain().empty()) continue;
    CHECK(mapping.calls() == Texts{"0", "0", "1"});
    CHECK(mapping.status().given_up == 2);
    CHECK(mapping.saved() == 2);
}

TEST_CASE("a source that cannot be read is read later", "[mapping_fault]") {
    FaultyMapping mapping;
    mapping.put(0, 1);
    mapping.begin();
    CHECK(mapping.drain().empty());
    mapping.put(1, 2);
    CHECK(mapping.drain().empty());
    mapping.faults.reads = true;
    mapping.dispatcher().on_commit();
    mapping.wait_for_tries(1);
    CHECK(mapping.status().state == MappingState::error);
    CHECK(mapping.status().fault->reason == "the disk cannot be read");
    CHECK(mapping.status().lag == 0);
    mapping.faults.reads = false;
    mapping.put(2, 3);
    mapping.table().clock().advance(250ms);
    while (!mapping.drain().empty()) continue;
    CHECK(mapping.calls() == Texts{"0", "1", "2"});
}

// The records after it wait, too, because their order is promised. They are sent when it is repaired.
TEST_CASE("a damaged record is named and holds up its mapping alone", "[mapping_fault]") {
    MappingParameters parameters;
    parameters.parallelization_factor = 2;
    parameters.batch_size = 1;
    FaultyMapping mapping(parameters);
    mapping.put(0, 2);
    const std::string whole = mapping.replace_record(R"({"dynamodb":{"Keys)");
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    const std::string begin = "the record " + sequence_of(1) + " of the shard ";
    const std::string reason = mapping.status().fault->reason;
    CHECK(reason.substr(0, begin.size()) == begin);
    CHECK(reason.find(" cannot be read: ") != std::string::npos);
    CHECK(mapping.status().lag == 2);
    CHECK(mapping.calls().empty());
    mapping.put(2, 3);

    mapping.replace_record(whole);
    mapping.table().clock().advance(250ms);
    while (!mapping.drain().empty()) continue;
    Texts calls = mapping.calls();
    std::ranges::sort(calls);
    CHECK(calls == Texts{"0", "1", "2"});
}

TEST_CASE("a place that cannot be loaded does not stop the start", "[mapping_fault]") {
    FaultyMapping mapping;
    mapping.put(0, 2);
    mapping.set_state(R"({"StreamArn":"a","Seq)");
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    CHECK(mapping.status().state == MappingState::error);
    CHECK(refusal_of_step(mapping).find("incomplete") != std::string::npos);
    CHECK(mapping.calls().empty());
    mapping.set_state(R"({"StreamArn":"","Sequence":1})");
    mapping.table().clock().advance(1s);
    while (!mapping.drain().empty()) continue;
    CHECK(mapping.calls() == Texts{"1"});
}

// The mapping begins after the changes that existed when it was created, not after those that existed when
// its place was finally saved.
TEST_CASE("a mapping from LATEST keeps its beginning when that cannot be saved", "[mapping_fault]") {
    MappingParameters parameters;
    parameters.starting_position = StartingPosition::latest;
    FaultyMapping mapping(parameters);
    mapping.put(0, 1);
    mapping.faults.writes = true;
    mapping.begin();
    mapping.wait_for_tries(1);
    mapping.faults.writes = false;
    mapping.put(1, 2);
    mapping.table().clock().advance(1s);
    while (!mapping.drain().empty()) continue;
    CHECK(mapping.calls() == Texts{"1"});
}

TEST_CASE("a mapping in error can be paused, changed and removed", "[mapping_fault]") {
    FaultyMapping mapping;
    mapping.put(0, 1);
    mapping.set_state("{");
    mapping.begin();
    CHECK(mapping.drain() == stuck);
    mapping.dispatcher().find(mapping.id())->pause();
    CHECK(mapping.drain() == stuck);
    mapping.dispatcher().find(mapping.id())->resume();
    MappingParameters disabled;
    disabled.enabled = false;
    mapping.dispatcher().find(mapping.id())->update(disabled);
    CHECK(mapping.status().state == MappingState::disabled);
    CHECK(mapping.drain().empty());
    mapping.dispatcher().remove(mapping.id());
    CHECK(mapping.dispatcher().statuses().empty());
}
