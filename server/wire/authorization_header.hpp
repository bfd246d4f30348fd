#pragma once

#include <string_view>

namespace tailrace::server {

/// The beginning of a signed request's Authorization header.
inline constexpr std::string_view signature_prefix = "AWS4-";

/// Returns what comes before the first comma or space of an Authorization header, which is the algorithm.
inline std::string_view first_part(std::string_view header) {
    // Two searches for one character each are many times faster than one search for either of two.
    header = header.substr(0, header.find(' '));
    return header.substr(0, header.find(','));
}

/// Calls `visit` with each parameter of an Authorization header: the parts after the algorithm, which commas,
/// spaces or both separate.
template <typename Visit>
void for_each_parameter(std::string_view header, Visit visit) {
    header.remove_prefix(first_part(header).size());
    while (!header.empty()) {
        if (header.front() == ',' || header.front() == ' ') {
            header.remove_prefix(1);
            continue;
        }
        const std::string_view part = first_part(header);
        visit(part);
        header.remove_prefix(part.size());
    }
}

/// The three parameters of "AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…", in any order. A
/// missing one is empty. Has views into the header.
struct AuthorizationHeader {
    std::string_view credential;
    std::string_view signature;
    std::string_view signed_headers;

    explicit AuthorizationHeader(std::string_view header) {
        for_each_parameter(header, [this](std::string_view part) { take(part); });
    }

  private:
    void take(std::string_view part) {
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) return;
        const std::string_view name = part.substr(0, equals);
        const std::string_view value = part.substr(equals + 1);
        if (name == "Credential") credential = value;
        if (name == "Signature") signature = value;
        if (name == "SignedHeaders") signed_headers = value;
    }
};

}  // namespace tailrace::server
