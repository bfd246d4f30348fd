#include "server/signature/key_pair.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "server/wire/request_headers.hpp"

namespace tailrace::server {
namespace {

/// The parts of a Credential are separated by slashes, and the parameters of Authorization by commas.
std::string fault_of_access_key(std::string_view access_key) {
    const auto is_allowed = [](char c) { return c > ' ' && c < '\x7f' && c != '/' && c != ',' && c != '='; };
    if (!access_key.empty() && std::ranges::all_of(access_key, is_allowed)) return {};
    return "an access key may have only visible ASCII characters, and no commas, slashes or equal signs";
}

/// A profile of a credentials file, as far as it has been read.
struct Profile {
    std::string name;
    KeyPair pair = {};
};

void take_line(std::string_view line, std::vector<Profile>& profiles) {
    if (line.starts_with('[')) {
        const std::string_view name = trimmed(line.substr(1, line.find(']') - 1));
        profiles.push_back({std::string(name)});
        return;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || line.starts_with('#') || line.starts_with(';')) return;
    if (profiles.empty()) return;
    const std::string_view name = trimmed(line.substr(0, equals));
    const std::string value(trimmed(line.substr(equals + 1)));
    KeyPair& pair = profiles.back().pair;
    if (name == "aws_access_key_id") pair.access_key_id = value;
    if (name == "aws_secret_access_key") pair.secret_access_key = value;
    if (name == "aws_session_token") pair.session_token = value;
}

std::vector<KeyPair> pairs_of_file(const std::string& path) {
    const auto refuse = [&path](const std::string& fault) {
        throw std::runtime_error("the credentials file of --verify-signatures, '" + path + "', " + fault);
    };
    std::ifstream in(path, std::ios::binary);
    // A folder can be opened but not read.
    in.peek();
    if (!in.is_open() || in.bad()) {
        refuse("cannot be read; a value of the option is ACCESS_KEY=SECRET or the path of such a file");
    }
    std::vector<Profile> profiles;
    for (std::string line; std::getline(in, line);) {
        if (line.ends_with('\r')) line.pop_back();
        take_line(trimmed(line), profiles);
    }
    std::vector<KeyPair> pairs;
    for (Profile& profile : profiles) {
        if (profile.pair.access_key_id.empty()) continue;
        if (profile.pair.secret_access_key.empty()) {
            refuse("has no aws_secret_access_key in its profile '" + profile.name + "'");
        }
        const std::string fault = fault_of_access_key(profile.pair.access_key_id);
        if (!fault.empty())
            refuse("has an invalid access key in its profile '" + profile.name + "': " + fault);
        pairs.push_back(std::move(profile.pair));
    }
    if (pairs.empty()) refuse("has no profile with aws_access_key_id");
    return pairs;
}

std::vector<KeyPair> pairs_of(const std::string& value) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) return pairs_of_file(value);
    return {{value.substr(0, equals), value.substr(equals + 1)}};
}

}  // namespace

std::string fault_of_key_pair(const std::string& value) {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos) return {};
    if (equals + 1 == value.size()) return "the access key '" + value.substr(0, equals) + "' has no secret";
    return fault_of_access_key(std::string_view(value).substr(0, equals));
}

std::vector<KeyPair> read_key_pairs(const std::vector<std::string>& values) {
    std::vector<KeyPair> pairs;
    for (const std::string& value : values) {
        for (KeyPair& pair : pairs_of(value)) {
            const auto same = std::ranges::find(pairs, pair.access_key_id, &KeyPair::access_key_id);
            if (same == pairs.end()) {
                pairs.push_back(std::move(pair));
            } else if (*same != pair) {
                throw std::runtime_error("--verify-signatures has two secrets for the access key '" +
                                         pair.access_key_id + "'");
            }
        }
    }
    return pairs;
}

}  // namespace tailrace::server
