#pragma once

#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "engine/model/api_error.hpp"

namespace tailrace::fuzz {

/// A part of the program that accepts any bytes. `run` returns true if the bytes are valid input for the
/// target: an expression that binds, or requests that are all answered with 200. Only the tests of the seeds
/// need this result. A fuzzer looks for input that makes `run` throw, which it does if a property does not
/// hold. The result depends only on the input, so that a fault can be reproduced.
struct FuzzTarget {
    std::string_view name;
    bool (*run)(std::string_view input);
};

/// In alphabetical order. Each target has a folder of its name in tests/fuzz/seeds.
std::span<const FuzzTarget> targets();

bool run_attribute_value(std::string_view input);
bool run_condition(std::string_view input);
bool run_items(std::string_view input);
bool run_key_condition(std::string_view input);
bool run_mcp(std::string_view input);
bool run_number(std::string_view input);
bool run_projection(std::string_view input);
bool run_request(std::string_view input);
bool run_signature(std::string_view input);
bool run_statement(std::string_view input);
bool run_tree(std::string_view input);
bool run_update(std::string_view input);

/// Throws std::logic_error with `property` if it does not hold.
inline void require(bool holds, const char* property) {
    if (!holds) throw std::logic_error(property);
}

/// The input as text; nullopt if it is not UTF-8, which every text in a request is.
std::optional<std::string_view> as_text(std::string_view input);

/// Requires that a client can read the answer and that it blames the request: status 400 and a body with
/// __type.
void require_answerable(const ApiError& error);
void require_answerable(int status, std::string_view body);

}  // namespace tailrace::fuzz
