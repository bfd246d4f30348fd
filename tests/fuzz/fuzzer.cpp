#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/fuzz_target.hpp"

// The functions that libFuzzer calls. One program has all targets; the argument "--target=NAME" selects one.
// libFuzzer ignores arguments with two dashes.

namespace {

const tailrace::fuzz::FuzzTarget* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(const int* count, char*** arguments) {
    constexpr std::string_view option = "--target=";
    for (int i = 1; i < *count; ++i) {
        const std::string_view argument = (*arguments)[i];
        if (!argument.starts_with(option)) continue;
        for (const auto& target : tailrace::fuzz::targets()) {
            if (target.name == argument.substr(option.size())) chosen = &target;
        }
    }
    if (chosen != nullptr) return 0;
    std::fputs("--target=NAME is missing; the targets are:", stderr);
    for (const auto& target : tailrace::fuzz::targets()) std::fprintf(stderr, " %s", target.name.data());
    std::fputs("\n", stderr);
    std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    chosen->run({reinterpret_cast<const char*>(data), size});
    return 0;
}
