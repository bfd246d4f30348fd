#include "stream/mapping/dispatch_threads.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <latch>
#include <optional>

#include "tests/catch.hpp"
#include "tests/stream/mapping/mapping_fixture.hpp"

using namespace tailrace;
using namespace tailrace::stream;
using namespace tailrace::tests;
using namespace std::chrono_literals;

namespace {

/// Returns the number of threads of this process, or nullopt if the system does not say.
std::optional<std::ptrdiff_t> threads_of_process() {
    const std::filesystem::path tasks = "/proc/self/task";
    if (!std::filesystem::exists(tasks)) return std::nullopt;
    return std::distance(std::filesystem::directory_iterator(tasks), {});
}

}  // namespace

TEST_CASE("mappings with nothing to do have no thread, and one is enough for all", "[dispatch_threads]") {
    const auto before = threads_of_process();
    if (!before) return;
    MessageTable table;
    table.create();
    Dispatcher dispatcher(table.engine());
    const auto function = std::make_shared<Scripted>();
    for (const char* name : {"a", "b", "c"}) {
        MappingOptions options = mapping_of_messages();
        options.handler_name = name;
        dispatcher.add(options, function);
    }
    CHECK(dispatcher.drain(patience).empty());
    CHECK(*threads_of_process() == *before);
    dispatcher.find(dispatcher.statuses().at(0).id)->pause();
    dispatcher.find(dispatcher.statuses().at(1).id)->pause();
    put_messages(table, 0, 5);
    dispatcher.drain(patience);
    CHECK_FALSE(function->calls().empty());
    CHECK(*threads_of_process() == *before + 1);
}

// The calls wait for each other, so that this ends only when all are under way at once.
TEST_CASE("a mapping whose function blocks does not block the others", "[dispatch_threads]") {
    constexpr std::ptrdiff_t mappings = 12;
    std::latch all(mappings);
    MessageTable table;
    table.create();
    Dispatcher dispatcher(table.engine());
    const auto function = std::make_shared<Scripted>([&](const EventBatch&) {
        all.arrive_and_wait();
        return HandlerResult();
    });
    for (std::ptrdiff_t i = 0; i < mappings; ++i) {
        MappingOptions options = mapping_of_messages();
        options.handler_name = std::to_string(i);
        dispatcher.add(options, function);
    }
    put_messages(table, 0, 1);
    CHECK(dispatcher.drain(patience).empty());
    CHECK(function->calls() == Texts(mappings, "0"));
}

// At the bound, the second mapping still gets its first thread, but the first mapping gets no second one.
TEST_CASE("at the bound of calls a mapping gets one thread and no more", "[dispatch_threads]") {
    DispatchThreads threads(1);
    std::latch greedy_calls(1);
    std::latch modest_calls(1);
    std::atomic<int> calls = 0;
    std::optional<MappingThreads> greedy;
    greedy.emplace(threads, [&] {
        if (modest_calls.try_wait()) return false;
        const MappingThreads::Busy busy(*greedy, 8);
        if (++calls == 1) greedy_calls.count_down();
        modest_calls.wait();
        return false;
    });
    std::optional<MappingThreads> modest;
    modest.emplace(threads, [&] {
        if (modest_calls.try_wait()) return false;
        const MappingThreads::Busy busy(*modest, 1);
        modest_calls.count_down();
        return false;
    });
    greedy->call();
    greedy_calls.wait();
    modest->call();
    modest_calls.wait();
    modest->stop();
    greedy->stop();
    CHECK(calls == 1);
}

// The only thread is calling a function when the time of another mapping comes.
TEST_CASE("the time is watched while threads are busy", "[dispatch_threads]") {
    DispatchThreads threads;
    std::latch has_come(1);
    bool is_first = true;
    std::optional<MappingThreads> waiting;
    waiting.emplace(threads, [&] {
        if (std::exchange(is_first, false)) {
            waiting->call_after(5ms);
        } else {
            has_come.count_down();
        }
        return false;
    });
    std::optional<MappingThreads> blocked;
    blocked.emplace(threads, [&] {
        const MappingThreads::Busy busy(*blocked, 1);
        has_come.wait();
        return false;
    });
    waiting->call();
    blocked->call();
    has_come.wait();
    blocked->stop();
    waiting->stop();
}

// A wake-up during the work may be about something that the work has already looked at.
TEST_CASE("work that is called for while it is being done is done again", "[dispatch_threads]") {
    DispatchThreads threads;
    std::latch is_called(1);
    std::latch is_working(1);
    std::latch is_done(2);
    std::optional<MappingThreads> mapping;
    mapping.emplace(threads, [&] {
        if (!is_working.try_wait()) {
            is_working.count_down();
            is_called.wait();
        }
        is_done.count_down();
        return false;
    });
    mapping->call();
    is_working.wait();
    mapping->call();
    is_called.count_down();
    is_done.wait();
    mapping->stop();
}
