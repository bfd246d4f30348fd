#include "server/signature/canonical_request.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "engine/model/ascii_case.hpp"
#include "server/signature/sha256.hpp"

namespace tailrace::server {
namespace {

/// Appends `text` with everything percent-encoded except unreserved characters.
void append_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const bool is_letter_or_digit =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (is_letter_or_digit || c == '-' || c == '.' || c == '_' || c == '~') {
            out.push_back(c);
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
}

/// Returns the path on the request line, with the prefix of a namespace.
std::string_view whole_path(std::string_view target, std::string_view authority) {
    if (!authority.empty()) {
        target.remove_prefix(static_cast<std::size_t>(authority.data() + authority.size() - target.data()));
    }
    return target.substr(0, target.find('?'));
}

/// Removes empty segments and those with dots, as clients of every service but S3 do, and encodes the rest.
std::string canonical_path(std::string_view path) {
    std::vector<std::string_view> segments;
    for (std::string_view rest = path; !rest.empty();) {
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
        if (segment.empty() || segment == ".") continue;
        if (segment != "..") {
            segments.push_back(segment);
        } else if (!segments.empty()) {
            segments.pop_back();
        }
    }
    std::string canonical;
    for (const std::string_view segment : segments) append_encoded(canonical.append("/"), segment);
    if (segments.empty() || path.ends_with('/')) canonical.append("/");
    return canonical;
}

/// Returns the query's parameters in the order of their names and values. A signature does not cover itself.
std::string canonical_query(const RequestTarget& target) {
    std::vector<std::string> parameters;
    for (const auto& [name, value] : target.all_parameters()) {
        if (name == "X-Amz-Signature") continue;
        std::string& parameter = parameters.emplace_back();
        append_encoded(parameter, name);
        append_encoded(parameter.append("="), value);
    }
    std::ranges::sort(parameters);
    std::string canonical;
    for (const std::string& parameter : parameters) {
        canonical.append(canonical.empty() ? "" : "&").append(parameter);
    }
    return canonical;
}

/// Appends the text without blanks at its ends, and with one space for each run of blanks within.
void append_single_spaced(std::string& out, std::string_view text) {
    bool is_first = true;
    while (!text.empty()) {
        const std::string_view word = text.substr(0, text.find_first_of(" \t"));
        text.remove_prefix(std::min(word.size() + 1, text.size()));
        if (word.empty()) continue;
        out.append(is_first ? "" : " ").append(word);
        is_first = false;
    }
}

/// The values of all headers by their names in lower case. A comma joins those of one name.
std::map<std::string, std::string, std::less<>> values_of(std::span<const HttpHeader> headers) {
    std::map<std::string, std::string, std::less<>> values;
    for (const HttpHeader& header : headers) {
        const auto [value, is_new] = values.try_emplace(lower_case(header.name));
        if (!is_new) value->second.push_back(',');
        append_single_spaced(value->second, header.value);
    }
    return values;
}

}  // namespace

std::string canonical_request(const HttpRequest& request, const RequestHead& head,
                              const RequestSignature& signature) {
    std::string text(request.method);
    text.append("\n").append(canonical_path(whole_path(request.target, head.target.authority())));
    text.append("\n").append(canonical_query(head.target)).append("\n");
    const auto values = values_of(request.headers);
    std::string names;
    for (const std::string& name : signature.signed_headers) {
        names.append(names.empty() ? "" : ";").append(name);
        const auto value = values.find(name);
        if (value == values.end()) continue;
        text.append(name).append(":").append(value->second).append("\n");
    }
    return text.append("\n").append(names).append("\n").append(hex_of(sha256(request.body)));
}

}  // namespace tailrace::server
