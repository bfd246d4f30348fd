#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "tests/catch.hpp"
#include "tests/fuzz/fuzz_target.hpp"

using namespace tailrace::fuzz;

namespace {

std::vector<std::filesystem::path> seeds(const FuzzTarget& target) {
    const std::filesystem::path folder = std::filesystem::path(TAILRACE_FUZZ_SEEDS) / target.name;
    std::vector<std::filesystem::path> files;
    for (const auto& each : std::filesystem::directory_iterator(folder)) files.push_back(each.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

// The seeds of a fuzzer reach the code of their target, and no property fails on them. Seeds whose names
// begin with "refused" are inputs that the target refuses.
TEST_CASE("every seed of the fuzzers is taken or refused as its name says", "[fuzz]") {
    for (const FuzzTarget& target : targets()) {
        const auto files = seeds(target);
        CHECK(files.size() >= 4);
        for (const auto& path : files) {
            CAPTURE(path);
            CHECK(target.run(content(path)) == !path.filename().string().starts_with("refused"));
        }
    }
}
