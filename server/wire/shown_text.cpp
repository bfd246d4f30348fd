#include "server/wire/shown_text.hpp"

#include <algorithm>
#include <array>

#include "engine/model/ascii_case.hpp"
#include "engine/model/utf8.hpp"
#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";
constexpr std::string_view hidden = "***";

unsigned char byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

bool is_plain(char c) {
    return c >= ' ' && c <= '~';
}

/// Returns the size of the character at `at`, or 0 if it is not UTF-8. Source: RFC 3629, section 4.
std::size_t utf8_size(std::string_view text, std::size_t at) {
    const unsigned char first = byte_at(text, at);
    if (first < 0x80) return 1;
    const std::size_t size = character_size(text[at]);
    if (first < 0xC2 || first > 0xF4 || text.size() - at < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if (begins_character(text[at + i])) return 0;
    }
    // The second byte shows overlong forms, surrogates and what is beyond U+10FFFF.
    const unsigned char second = byte_at(text, at + 1);
    if (first == 0xE0 && second < 0xA0) return 0;
    if (first == 0xED && second > 0x9F) return 0;
    if (first == 0xF0 && second < 0x90) return 0;
    if (first == 0xF4 && second > 0x8F) return 0;
    return size;
}

/// True for U+0080 to U+009F, which have two bytes.
bool is_c1(std::string_view text, std::size_t at, std::size_t size) {
    return size == 2 && byte_at(text, at) == 0xC2 && byte_at(text, at + 1) < 0xA0;
}

/// Returns `text` with each control character replaced by `shown_control`, and each byte that is not UTF-8 by
/// U+FFFD.
template <typename ShownControl>
std::string cleaned(std::string text, ShownControl shown_control) {
    const auto first = std::ranges::find_if_not(text, is_plain);
    if (first == text.end()) return text;
    std::string clean(text.begin(), first);
    clean.reserve(text.size());
    for (std::size_t at = clean.size(); at < text.size();) {
        const std::size_t size = utf8_size(text, at);
        if (size == 0) {
            clean.append(replacement);
        } else if (is_c1(text, at, size)) {
            shown_control(clean, byte_at(text, at + 1));
        } else if (size == 1 && !is_plain(text[at])) {
            shown_control(clean, byte_at(text, at));
        } else {
            clean.append(text, at, size);
        }
        at += std::max<std::size_t>(size, 1);
    }
    return clean;
}

/// A name before a secret. An equals sign may always separate them, a colon only if `takes_colon` is set.
struct Marker {
    std::string_view name;
    bool takes_colon;
};

constexpr std::array<Marker, 10> markers = {{{"X-Amz-Signature", true},
                                             {"X-Amz-Credential", true},
                                             {"X-Amz-Security-Token", true},
                                             {"X-Tailrace-Token", true},
                                             {"AWS_SECRET_ACCESS_KEY", true},
                                             {"AWS_SESSION_TOKEN", true},
                                             {"SecretAccessKey", true},
                                             {"SessionToken", true},
                                             {"Credential", false},
                                             {"Signature", false}}};

/// True for the characters of base64, of URLs and of Signature Version 4.
bool is_of_secret(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("+/=%._~-").find(c) != std::string_view::npos;
}

std::size_t end_of_secret(std::string_view text, std::size_t at) {
    while (at < text.size() && is_of_secret(text[at])) ++at;
    return at;
}

bool is_word_at(std::string_view text, std::size_t at, std::string_view word) {
    return text.size() - at >= word.size() && equal_ignoring_case(text.substr(at, word.size()), word);
}

/// If the name of a secret begins at `at`, returns where the secret itself begins. Otherwise returns `at`.
std::size_t secret_after(std::string_view text, std::size_t at) {
    for (const auto& [name, takes_colon] : markers) {
        if (!is_word_at(text, at, name)) continue;
        std::size_t next = at + name.size();
        // Matches "X-Amz-Signature": "…" as well, and the quotes of JSON within JSON.
        constexpr std::string_view quotes = "\\\"' ";
        while (takes_colon && next < text.size() && quotes.find(text[next]) != std::string_view::npos) ++next;
        if (next == text.size() || (text[next] != '=' && (!takes_colon || text[next] != ':'))) continue;
        ++next;
        while (takes_colon && next < text.size() && quotes.find(text[next]) != std::string_view::npos) ++next;
        return next;
    }
    for (const std::string_view scheme : {"Bearer ", "Basic "}) {
        if (is_word_at(text, at, scheme)) return at + scheme.size();
    }
    return at;
}

std::string without_secret(std::string text, std::string_view secret) {
    if (secret.empty()) return text;
    for (std::size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), hidden);
        at += hidden.size();
    }
    return text;
}

}  // namespace

bool is_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = utf8_size(text, at);
        if (size == 0) return false;
        at += size;
    }
    return true;
}

std::string shown_line(std::string text) {
    return cleaned(std::move(text), [](std::string& out, unsigned char) { out.push_back(' '); });
}

std::string escaped_json(std::string text) {
    return cleaned(std::move(text), [](std::string& out, unsigned char control) {
        // This control character is between the JSON's values. Within a value it would already be escaped.
        if (control < ' ') return out.push_back(static_cast<char>(control));
        constexpr std::string_view digits = "0123456789abcdef";
        out.append("\\u00").push_back(digits[control >> 4U]);
        out.push_back(digits[control & 0xFU]);
    });
}

std::string without_credentials(std::string text, std::string_view secret) {
    text = without_secret(std::move(text), secret);
    constexpr std::string_view firsts = "XxAaCcSsBb";
    std::string clean;
    std::size_t copied = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (firsts.find(text[at]) == std::string_view::npos) continue;
        const std::size_t begin = secret_after(text, at);
        if (begin == at) continue;
        const std::size_t end = end_of_secret(text, begin);
        if (begin == end) continue;
        clean.append(text, copied, begin - copied).append(hidden);
        copied = end;
        at = end - 1;
    }
    if (copied == 0) return text;
    return clean.append(text, copied);
}

}  // namespace tailrace::server
