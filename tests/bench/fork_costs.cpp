// Measures what forks cost: the time to make them, and the memory that they take before and after they are
// used. Prints one line for each figure: what it is, the figure, its target (or "-"), separated by
// tabs. `tests/bench/run --harness` makes a table of them.

#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/storage/open_store.hpp"
#include "tests/server/namespaces_fixture.hpp"

namespace tailrace::storage {
namespace {

constexpr SpaceId space = 1;
constexpr int row_bytes = 400;
constexpr int rows_per_mb = 2500;

using Forks = std::vector<std::unique_ptr<Store>>;

std::string key_of(int number) {
    std::string text = std::to_string(number);
    return std::string(8 - text.size(), '0') + text;
}

/// A store with values of this size.
std::unique_ptr<Store> filled_store(int megabytes, const std::string& location = "") {
    auto store = open_store({location});
    const auto transaction = store->begin();
    transaction->create_space(space);
    const std::string value(row_bytes, 'x');
    for (int i = 0; i < megabytes * rows_per_mb; ++i) transaction->put(space, key_of(i), value, row_bytes);
    transaction->commit();
    return store;
}

void print(const char* what, double figure, const char* target) {
    std::printf("%s\t%.4f\t%s\n", what, figure, target);
}

/// The median of five forks, in milliseconds.
double fork_ms(Store& store) {
    std::array<double, 5> times{};
    for (double& time : times) {
        const auto begin = std::chrono::steady_clock::now();
        const auto fork = store.fork();
        time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

/// The processor time of this process, in seconds.
double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// The memory that this process has allocated and not freed, in KB.
double allocated_kb() {
    const struct mallinfo2 memory = ::mallinfo2();
    return static_cast<double>(memory.uordblks + memory.hblkhd) / 1000;
}

Forks forks_of(Store& store, int count) {
    Forks forks;
    for (int i = 0; i < count; ++i) forks.push_back(store.fork());
    return forks;
}

void measure_many_forks() {
    constexpr int count = 1000;
    const auto store = filled_store(1);
    const double begin = processor_seconds();
    const Forks forks = forks_of(*store, count);
    print("1,000 forks of 1 MB, s of CPU", processor_seconds() - begin, "< 0.5");
}

/// The memory that namespaces take before, during and after their use.
void measure_namespaces() {
    server::NamespacesFixture server;
    server.create_table("/", "songs");
    constexpr int rows = 280;
    const std::string text(360'000, 'x');
    for (int i = 0; i < rows; ++i) {
        server.operation("/", "PutItem",
                         R"({"TableName":"songs","Item":{"k":{"S":")" + key_of(i) + R"("},"text":{"S":")" +
                             text + R"("}}})");
    }
    const double before = allocated_kb();
    constexpr int count = 1000;
    for (int i = 0; i < count; ++i) server.namespaces.create({.name = std::to_string(i), .from = "default"});
    print("memory of a fork of 100 MB that is not used, KB", (allocated_kb() - before) / count, "< 20");
    constexpr int used = 100;
    const double unused = allocated_kb();
    for (int i = 0; i < used; ++i) {
        const std::string path = "/~" + std::to_string(i) + "/";
        const std::string key = R"({"TableName":"songs","Key":{"k":{"S":")" + key_of(i) + R"("}}})";
        const std::string found = server.operation(path, "GetItem", key);
        if (found.size() < text.size()) throw std::runtime_error("an item of a fork is missing: " + found);
        server.put(path, "songs", "new");
    }
    print("memory of a fork of 100 MB after a read and a write, KB", (allocated_kb() - unused) / used,
          "< 250");
    const auto now = std::chrono::steady_clock::now();
    server.namespaces.sweep(now);
    server.namespaces.sweep(now + std::chrono::hours(1));
    print("memory of the same fork when it rests, KB", (allocated_kb() - unused) / used, "-");
}

void measure_file(const std::string& folder) {
    const auto store = filled_store(10, folder + "/forked.db");
    print("fork of 10 MB in a file, ms", fork_ms(*store), "-");
}

void measure(const std::string& folder) {
    print("fork of 10 MB, ms", fork_ms(*filled_store(10)), "< 1");
    print("fork of 100 MB, ms", fork_ms(*filled_store(100)), "< 10");
    measure_many_forks();
    measure_namespaces();
    measure_file(folder);
}

}  // namespace
}  // namespace tailrace::storage

/// fork_costs FOLDER: makes a file in an existing folder.
int main(int count, char** arguments) {
    try {
        if (count != 2) throw std::runtime_error("give a folder");
        tailrace::storage::measure(arguments[1]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "fork_costs: %s\n", error.what());
        return 1;
    }
}
