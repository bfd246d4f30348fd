#include "stream/handler/function_processes.hpp"

#include "tests/catch.hpp"

using tailrace::stream::FunctionProcesses;

namespace {

struct Member final : FunctionProcesses::Member {
    void on_place() override { ++places; }
    void on_wish() override { ++wishes; }

    int places = 0;
    int wishes = 0;
};

}  // namespace

TEST_CASE("the limit bounds the places, which waiting members get in turn", "[function_processes]") {
    FunctionProcesses processes(2);
    Member one;
    Member two;
    Member three;
    CHECK(processes.take(one));
    CHECK(processes.take(one));
    CHECK_FALSE(processes.take(two));
    CHECK_FALSE(processes.take(three));
    CHECK_FALSE(processes.take(two));
    processes.give_back();
    CHECK((two.places == 1 && three.places == 0));
    processes.give_back();
    CHECK((two.places == 1 && three.places == 1));
    CHECK_FALSE(processes.take(one));
    processes.withdraw(one);
    processes.give_back();
    CHECK(one.places == 0);
    CHECK(processes.take(one));
    CHECK_FALSE(processes.take(one));
}

TEST_CASE("for each member that waits, the process that has been idle for longest is asked to end",
          "[function_processes]") {
    FunctionProcesses processes(3);
    Member one;
    Member two;
    Member three;
    CHECK((processes.take(one) && processes.take(two) && processes.take(two)));
    processes.note_idle(two);
    processes.note_idle(one);
    processes.note_idle(two);
    CHECK_FALSE(processes.take(three));
    CHECK((one.wishes == 0 && two.wishes == 1));
    CHECK_FALSE(processes.take(three));
    CHECK((one.wishes == 0 && two.wishes == 1));
    processes.answer_wish(true);
    CHECK((one.wishes == 0 && two.wishes == 1));
    processes.give_back();
    CHECK(three.places == 1);
    CHECK_FALSE(processes.take(three));
    CHECK((one.wishes == 1 && two.wishes == 1));
}

// The process may have got a call before it was told to end.
TEST_CASE("if one process cannot end, the next is asked", "[function_processes]") {
    FunctionProcesses processes(2);
    Member one;
    Member two;
    Member three;
    CHECK((processes.take(one) && processes.take(two)));
    processes.note_idle(one);
    processes.note_idle(two);
    processes.note_busy(two);
    CHECK_FALSE(processes.take(three));
    CHECK((one.wishes == 1 && two.wishes == 0));
    processes.note_busy(one);
    processes.answer_wish(false);
    CHECK((one.wishes == 1 && two.wishes == 0));
    processes.note_idle(two);
    CHECK((one.wishes == 1 && two.wishes == 1));
}

TEST_CASE("a member that has left is neither asked nor given a place", "[function_processes]") {
    FunctionProcesses processes(1);
    Member one;
    Member two;
    CHECK(processes.take(one));
    processes.note_idle(one);
    processes.leave(one);
    CHECK_FALSE(processes.take(two));
    CHECK(one.wishes == 0);
    processes.leave(two);
    processes.give_back();
    CHECK(two.places == 0);
}

TEST_CASE("a member sees since when another one has waited", "[function_processes]") {
    FunctionProcesses processes(0);
    Member one;
    Member two;
    CHECK_FALSE(processes.first_wait_beside(one));
    CHECK_FALSE(processes.take(one));
    CHECK_FALSE(processes.first_wait_beside(one));
    CHECK_FALSE(processes.take(two));
    CHECK(processes.first_wait_beside(one) >= processes.first_wait_beside(two));
    processes.withdraw(one);
    CHECK_FALSE(processes.first_wait_beside(two));
}
