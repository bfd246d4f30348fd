#include "conformance/runner/wire/signer.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cctype>
#include <ctime>
#include <map>
#include <sstream>
#include <stdexcept>

namespace tailrace::conformance {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

std::string sha256(std::string_view text) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    return {reinterpret_cast<const char*>(digest), sizeof digest};
}

std::string hmac(std::string_view key, std::string_view text) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    unsigned int size = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
    if (size != sizeof digest) throw std::runtime_error("OpenSSL made no HMAC");
    return {reinterpret_cast<const char*>(digest), sizeof digest};
}

std::string lower(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

/// Trims the text and reduces each run of blanks to one.
std::string single_spaced(const std::string& text) {
    std::istringstream words(text);
    std::string word;
    std::string result;
    while (words >> word) result += (result.empty() ? "" : " ") + word;
    return result;
}

std::map<std::string, std::string> headers_to_sign(const Headers& headers) {
    std::map<std::string, std::string> signed_ones;
    for (const auto& [name, value] : headers) {
        const std::string key = lower(name);
        if (key == "user-agent" || key == "expect" || key == "x-amzn-trace-id" || key == "authorization")
            continue;
        const auto [place, is_new] = signed_ones.try_emplace(key, single_spaced(value));
        if (!is_new) place->second += "," + single_spaced(value);
    }
    return signed_ones;
}

/// Percent-encodes everything except unreserved characters and '/'.
std::string encode_path(std::string_view path) {
    std::string encoded;
    for (const char c : path) {
        const bool plain = std::isalnum(static_cast<unsigned char>(c)) ||
                           std::string_view("-_.~/").find(c) != std::string::npos;
        if (plain) {
            encoded += c;
        } else {
            encoded += "%" + hex({&c, 1});
            std::transform(encoded.end() - 2, encoded.end(), encoded.end() - 2,
                           [](unsigned char digit) { return static_cast<char>(std::toupper(digit)); });
        }
    }
    return encoded;
}

/// Removes empty and dot segments, as services other than S3 do.
std::string normalise(const std::string& path) {
    std::vector<std::string> segments;
    std::istringstream parts(path);
    for (std::string part; std::getline(parts, part, '/');) {
        if (part.empty() || part == ".") continue;
        if (part != "..") {
            segments.push_back(part);
        } else if (!segments.empty()) {
            segments.pop_back();
        }
    }
    std::string result;
    for (const std::string& segment : segments) result += "/" + segment;
    return result.empty() || (path.ends_with('/') && !segments.empty()) ? result + "/" : result;
}

/// The query's parameters, sorted; they are already encoded.
std::string canonical_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> parameters;
    std::istringstream parts{std::string(query)};
    for (std::string part; std::getline(parts, part, '&');) {
        const std::size_t equals = part.find('=');
        parameters.emplace_back(part.substr(0, equals),
                                equals == std::string::npos ? "" : part.substr(equals + 1));
    }
    std::sort(parameters.begin(), parameters.end());
    std::string result;
    for (const auto& [name, value] : parameters) result += (result.empty() ? "" : "&") + name + "=" + value;
    return result;
}

std::string signed_names(const Headers& headers) {
    std::string names;
    for (const auto& [name, value] : headers_to_sign(headers)) names += (names.empty() ? "" : ";") + name;
    return names;
}

}  // namespace

std::string canonical_request(const HttpRequest& request) {
    const std::size_t mark = request.path.find('?');
    std::string text = request.method + "\n" + encode_path(normalise(request.path.substr(0, mark))) + "\n";
    text += mark == std::string::npos ? "" : canonical_query(request.path.substr(mark + 1));
    text += "\n";
    for (const auto& [name, value] : headers_to_sign(request.headers))
        text.append(name).append(":").append(value).append("\n");
    return text + "\n" + signed_names(request.headers) + "\n" + hex(sha256(request.body));
}

void sign(HttpRequest& request, const Credentials& credentials, const SigningScope& scope) {
    if (!find_header(request.headers, "X-Amz-Date")) set_header(request.headers, "X-Amz-Date", scope.time);
    if (!credentials.session_token.empty()) {
        set_header(request.headers, "X-Amz-Security-Token", credentials.session_token);
    }
    const std::string time = *find_header(request.headers, "X-Amz-Date");
    const std::string day = time.substr(0, 8);
    const std::string range = day + "/" + scope.region + "/" + scope.service + "/aws4_request";
    const std::string to_sign =
        std::string(algorithm) + "\n" + time + "\n" + range + "\n" + hex(sha256(canonical_request(request)));
    std::string key = hmac("AWS4" + credentials.secret_access_key, day);
    for (const std::string& part : {scope.region, scope.service, std::string("aws4_request")})
        key = hmac(key, part);
    set_header(request.headers, "Authorization",
               std::string(algorithm) + " Credential=" + credentials.access_key_id + "/" + range +
                   ", SignedHeaders=" + signed_names(request.headers) +
                   ", Signature=" + hex(hmac(key, to_sign)));
}

std::string signing_time(long long seconds) {
    const auto time = static_cast<std::time_t>(seconds);
    std::tm parts{};
    gmtime_r(&time, &parts);
    char text[20];
    const std::size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
    return {text, size};
}

}  // namespace tailrace::conformance
