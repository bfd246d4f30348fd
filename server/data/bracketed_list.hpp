#pragma once

#include <string>
#include <utility>

namespace tailrace::server {

/// Appends "[A,B]", where `write` appends each element.
template <typename Range, typename Write>
void append_bracketed(std::string& out, const Range& range, Write write) {
    char before = '[';
    for (const auto& each : range) {
        out.push_back(std::exchange(before, ','));
        write(each);
    }
    out.append(before == '[' ? "[]" : "]");
}

}  // namespace tailrace::server
