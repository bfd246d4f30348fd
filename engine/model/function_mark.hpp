#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

/// How a request says which function sent it: by a mark in the trace header, as Lambda does to find loops.
/// AWS's SDKs copy the trace of the call that is under way into the header X-Amzn-Trace-Id of each request.
/// Source: "Use Lambda recursive loop detection to prevent infinite loops".
namespace tailrace {

/// Returns a number that stands for the function's name: its FNV-1a hash, but never 0.
constexpr std::uint32_t function_mark(std::string_view function_name) {
    constexpr std::uint32_t start = 2166136261;
    constexpr std::uint32_t prime = 16777619;
    std::uint32_t hash = start;
    for (const char each : function_name) hash = (hash ^ static_cast<unsigned char>(each)) * prime;
    return hash == 0 ? start : hash;
}

/// The mark of the console's requests. No function has this name.
inline constexpr std::uint32_t console_mark = function_mark("/console");

/// Returns the mark in a trace such as "Root=1-…;Sampled=0;Lineage=1:9e107d9d:0", or 0 if there is none.
inline std::uint32_t function_mark_in(std::string_view trace) {
    constexpr std::string_view name = "Lineage=1:";
    constexpr std::size_t digits = 8;
    constexpr int hexadecimal = 16;
    const std::size_t place = trace.find(name);
    if (place == std::string_view::npos) return 0;
    const std::string_view text = trace.substr(place + name.size(), digits);
    std::uint32_t mark = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), mark, hexadecimal);
    return error == std::errc() && end == text.data() + digits ? mark : 0;
}

}  // namespace tailrace
