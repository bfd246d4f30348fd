#include "engine/model/hold_budget.hpp"

#include "tests/catch.hpp"

namespace tailrace {

using std::chrono::microseconds;

TEST_CASE("the time of the next slice follows from how long the lock was held", "[slices]") {
    HoldBudget budget({.time = microseconds(8000)});
    CHECK(budget.next().time == microseconds(2000));
    // Much too long: halved. A little too long: cut in proportion.
    budget.took(microseconds(90000));
    CHECK(budget.next().time == microseconds(1000));
    budget.took(microseconds(12500));
    CHECK(budget.next().time == microseconds(800));
    // From half the limit up to the limit: unchanged.
    budget.took(microseconds(10000));
    budget.took(microseconds(5000));
    CHECK(budget.next().time == microseconds(800));
    // Less than half the limit: a quarter more.
    budget.took(microseconds(4999));
    CHECK(budget.next().time == microseconds(1000));
}

TEST_CASE("the time of a slice stays within its limits", "[slices]") {
    HoldBudget budget({.time = microseconds(8000), .rows = 7, .least_rows = 3});
    for (int i = 0; i < 20; ++i) budget.took(microseconds(100));
    CHECK(budget.next().time == microseconds(8000));
    for (int i = 0; i < 20; ++i) budget.took(microseconds(1'000'000));
    CHECK(budget.next().time == HoldBudget::min_time);
    CHECK(budget.next().rows == 7);
    CHECK(budget.next().least_rows == 3);
    // A time of zero, or below the minimum, does not grow when it is cut.
    HoldBudget none({.time = microseconds(0)});
    none.took(microseconds(90000));
    CHECK(none.next().time == microseconds(0));
    none.took(microseconds(0));
    CHECK(none.next().time == microseconds(0));
    HoldBudget little({.time = microseconds(400)});
    little.took(microseconds(90000));
    CHECK(little.next().time == microseconds(100));
}

}  // namespace tailrace
