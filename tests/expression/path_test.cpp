#include "engine/expression/path.hpp"

#include <algorithm>

#include "tests/catch.hpp"

namespace tailrace::expression {
namespace {

/// "a", "a.b", "a[0]": names of one letter, indexes of one digit.
Path path(std::string_view text) {
    Path result(std::string(text.substr(0, 1)));
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '.') result.append(std::string(text.substr(i + 1, 1)));
        if (text[i] == '[') result.append(static_cast<std::uint32_t>(text[i + 1] - '0'));
    }
    return result;
}

std::string clash(std::initializer_list<const char*> texts) {
    std::vector<Path> paths;
    for (const char* each : texts) paths.push_back(path(each));
    const auto found = find_clash(paths);
    return found ? std::string(found->verb) + " " + found->earlier.text() + " " + found->later.text()
                 : "none";
}

/// The same result as find_clash, found by comparing each path with every one before it.
std::string clash_of_pairs(const std::vector<Path>& paths) {
    std::string conflict = "none";
    for (std::size_t later = 1; later < paths.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const auto& one = paths[earlier].steps();
            const auto& two = paths[later].steps();
            const auto [a, b] = std::mismatch(one.begin(), one.end(), two.begin(), two.end());
            const std::string pair = paths[earlier].text() + " " + paths[later].text();
            if (a == one.end() || b == two.end()) return "overlap " + pair;
            if (a->index() != b->index() && conflict == "none") conflict = "conflict " + pair;
        }
    }
    return conflict;
}

}  // namespace

TEST_CASE("equal, nested and contradictory paths clash", "[path]") {
    CHECK(clash({}) == "none");
    CHECK(clash({"a"}) == "none");
    CHECK(clash({"a", "b", "c.a", "c.b", "d[0]", "d[1]"}) == "none");
    CHECK(clash({"a", "b", "a"}) == "overlap [a] [a]");
    CHECK(clash({"a.b.c", "b", "a.b"}) == "overlap [a, b, c] [a, b]");
    CHECK(clash({"a.b", "b", "a.b.c"}) == "overlap [a, b] [a, b, c]");
    CHECK(clash({"a.b", "a[0]"}) == "conflict [a, b] [a, [0]]");
    CHECK(clash({"a.b.c", "a.b[0].c", "b[0]"}) == "conflict [a, b, c] [a, b, [0], c]");
}

// AWS names the first pair that it finds among all pairs.
TEST_CASE("an overlap is reported before a conflict, and the first of several is named", "[path]") {
    CHECK(clash({"a.b", "a[0]", "c", "c.d"}) == "overlap [c] [c, d]");
    CHECK(clash({"c.d", "c.e", "a", "c"}) == "overlap [c, d] [c]");
    CHECK(clash({"a.b", "a[0]", "a[1]", "a.c"}) == "conflict [a, b] [a, [0]]");
    std::uint32_t random = 1;
    const auto next = [&random](std::uint32_t below) {
        random = random * 1664525 + 1013904223;
        return (random >> 16) % below;
    };
    for (int round = 0; round < 3000; ++round) {
        std::vector<Path> paths;
        for (std::uint32_t count = 2 + next(5); count > 0; --count) {
            Path each(std::string(1, static_cast<char>('a' + next(5))));
            for (std::uint32_t steps = next(4); steps > 0; --steps) {
                if (next(3) == 0) {
                    each.append(next(2));
                } else {
                    each.append(std::string(1, static_cast<char>('a' + next(2))));
                }
            }
            paths.push_back(std::move(each));
        }
        const auto found = find_clash(paths);
        const std::string named =
            found ? std::string(found->verb) + " " + found->earlier.text() + " " + found->later.text()
                  : "none";
        CHECK(named == clash_of_pairs(paths));
    }
}

}  // namespace tailrace::expression
