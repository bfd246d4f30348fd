#include "engine/table/database_lock.hpp"

#include <thread>

#include "tests/catch.hpp"

using tailrace::table::DatabaseLock;

// Without yielding, the thread that works in slices would usually take the lock again before the other one is
// awake.
TEST_CASE("work in slices lets waiting threads go first", "[slices]") {
    DatabaseLock lock;
    for (int round = 0; round < 100; ++round) {
        bool has_been_in = false;
        lock.lock();
        std::jthread other([&] {
            lock.lock();
            has_been_in = true;
            lock.unlock();
        });
        while (!lock.is_waited_for()) std::this_thread::yield();
        lock.unlock();
        lock.lock_after_others();
        CHECK(has_been_in);
        lock.unlock();
    }
}
