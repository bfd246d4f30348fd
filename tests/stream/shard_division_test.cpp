#include "stream/shard_division.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "stream/mapping/source/checkpoint.hpp"
#include "tests/catch.hpp"

using namespace tailrace;
using namespace tailrace::stream;

namespace {

/// The leases of a mapping's shards a, b, … and of the processes 1, 2, …, which all have the mapping.
class SharedMapping {
  public:
    SharedMapping(int shards, std::vector<std::string> notes) : notes_(std::move(notes)) {
        for (char name = 'a'; name < 'a' + shards; ++name) shards_.push_back({"music", std::string(1, name)});
    }

    /// The process has these shards: "ab".
    void give(std::uint64_t process, const std::string& shards) {
        for (const char each : shards) {
            const std::string name = shard_place("music", std::string(1, each));
            held_.push_back({.name = name, .holder = process, .fence = 1});
        }
    }
    void close(char shard) { shards_.at(static_cast<std::size_t>(shard - 'a')).is_open = false; }
    void keep(char shard) { shards_.at(static_cast<std::size_t>(shard - 'a')).should_stay = true; }

    /// What the process decides: "+ab" takes, "-c" gives up.
    std::string decision(std::uint64_t process) const {
        table::LeaseHolders holders{.self = process, .processes = {}, .leases = held_};
        for (const std::string& note : notes_) {
            holders.processes.push_back({.number = holders.processes.size() + 1, .name = {}, .note = note});
        }
        const ShardDivision decided = divide_shards(holders, shards_);
        std::string text;
        for (const std::string& each : decided.take) text.append("+").append(1, each.back());
        for (const std::string& each : decided.give_up) text.append("-").append(1, each.back());
        return text;
    }

  private:
    std::vector<std::string> notes_;
    std::vector<KnownShard> shards_;
    std::vector<table::LeaseHolders::Held> held_;
};

}  // namespace

TEST_CASE("a process that is alone takes all shards") {
    CHECK(SharedMapping(4, {"music"}).decision(1) == "+a+b+c+d");
    CHECK(SharedMapping(4, {"music", "books"}).decision(1) == "+a+b+c+d");
}

TEST_CASE("a process takes no more shards than others have") {
    SharedMapping mapping(4, {"music", "music"});
    CHECK(mapping.decision(1) == "+a");
    mapping.give(1, "a");
    CHECK(mapping.decision(1).empty());
    CHECK(mapping.decision(2) == "+b+c");
    mapping.give(2, "bc");
    CHECK(mapping.decision(2).empty());
    CHECK(mapping.decision(1) == "+d");
}

TEST_CASE("a process gives shards up for one that has fewer") {
    SharedMapping mapping(5, {"music", "music"});
    mapping.give(1, "abcde");
    CHECK(mapping.decision(1) == "-a-b");
    SharedMapping third(4, {"music", "music", "music"});
    third.give(1, "ab");
    third.give(2, "cd");
    CHECK(third.decision(1) == "-a");
    CHECK(third.decision(2) == "-c");
    CHECK(third.decision(3).empty());
}

TEST_CASE("a shard whose batch is sent again stays, and a closed one does not count") {
    SharedMapping mapping(4, {"music", "music"});
    mapping.give(1, "abcd");
    mapping.keep('a');
    CHECK(mapping.decision(1) == "-b-c");
    mapping.close('b');
    mapping.close('c');
    CHECK(mapping.decision(1) == "-d");
}

TEST_CASE("a mapping goes to the process that wants to have it alone") {
    SharedMapping mapping(2, {"music", "music !music"});
    CHECK(mapping.decision(1).empty());
    CHECK(mapping.decision(2) == "+a+b");
    mapping.give(1, "ab");
    CHECK(mapping.decision(1) == "-a-b");
    SharedMapping all(2, {"music", "!*"});
    all.give(1, "a");
    CHECK(all.decision(1) == "-a");
}

TEST_CASE("a note is read as it was written") {
    const ProcessNote note{.mappings = {"a", "b"}, .alone = {"b", "*"}};
    CHECK(note.text() == "a b !* !b ");
    CHECK(ProcessNote::from_text(note.text()).text() == note.text());
    CHECK(ProcessNote::from_text("").text().empty());
}
