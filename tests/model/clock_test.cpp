#include "engine/model/clock.hpp"

#include "tests/catch.hpp"

using namespace tailrace;
using namespace std::chrono_literals;

namespace {

/// Records the clock's time whenever the clock is moved.
class Watcher final : public ClockObserver {
  public:
    explicit Watcher(const Clock& clock) : clock_(clock) {}
    void on_clock_moved() noexcept override { seen.push_back(clock_.now()); }

    std::vector<Timestamp> seen;

  private:
    const Clock& clock_;
};

}  // namespace

TEST_CASE("a manual clock notifies its observers, who see the new time", "[clock]") {
    const Timestamp start{1h};
    ManualClock clock(start);
    Watcher watcher(clock);
    clock.advance(1s);
    clock.add_observer(watcher);
    clock.advance(1s);
    clock.advance(5s);
    clock.remove_observer(watcher);
    clock.advance(1s);
    CHECK(watcher.seen == std::vector<Timestamp>{start + 2s, start + 7s});
    CHECK(clock.now() == start + 8s);
}

TEST_CASE("a moment is written in UTC, with milliseconds or without", "[clock]") {
    const Timestamp noon(std::chrono::seconds(1769860800));
    CHECK(iso_time(noon) == "2026-01-31T12:00:00.000Z");
    CHECK(iso_time(noon + 50ms + 999us) == "2026-01-31T12:00:00.050Z");
    CHECK(iso_time_in_seconds(noon + 999ms) == "2026-01-31T12:00:00Z");
    CHECK(iso_time(Timestamp(-1ms)) == "1969-12-31T23:59:59.999Z");
}
