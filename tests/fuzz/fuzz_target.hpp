#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"

namespace tailrace::fuzz {

/// One way into the program for bytes of any kind. `run` says whether they were taken for what the target
/// reads: an expression that binds, requests that are all answered with 200. That is for the tests of the
/// seeds; a fuzzer looks for input that makes `run` throw, which it does where a property does not hold.
/// Depends on the input alone, so that what is found once is found again.
struct FuzzTarget {
    std::string_view name;
    bool (*run)(std::string_view input);
};

/// In alphabetical order. Each has a folder of its name in tests/fuzz/seeds.
std::span<const FuzzTarget> targets();

bool run_attribute_value(std::string_view input);
bool run_condition(std::string_view input);
bool run_key_condition(std::string_view input);
bool run_number(std::string_view input);
bool run_projection(std::string_view input);
bool run_request(std::string_view input);
bool run_statement(std::string_view input);
bool run_update(std::string_view input);

/// Throws std::logic_error with `property` when it does not hold.
inline void require(bool holds, const char* property) {
    if (!holds) throw std::logic_error(property);
}

/// The input as the text it is; nothing when it is not UTF-8, which no text in a request can be.
std::optional<std::string_view> as_text(std::string_view input);

/// Requires an answer to be what a client can read and to blame the request: 400, and a body with __type.
void require_answerable(const ApiError& error);
void require_answerable(int status, std::string_view body);

}  // namespace tailrace::fuzz
