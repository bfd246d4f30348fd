#include "server/wire/path_pattern.hpp"

#include "server/wire/request_target.hpp"

namespace tailrace::server {
namespace {

std::string_view without_last_slash(std::string_view path) {
    if (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

std::string_view take_part(std::string_view& path) {
    const std::string_view part = path.substr(0, path.find('/'));
    path.remove_prefix(part.size() < path.size() ? part.size() + 1 : path.size());
    return part;
}

}  // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
    pattern = without_last_slash(pattern);
    path = without_last_slash(path);
    std::vector<std::string> values;
    while (!pattern.empty() && !path.empty()) {
        const std::string_view expected = take_part(pattern);
        const std::string_view part = take_part(path);
        if (expected.starts_with('{')) {
            if (part.empty()) return std::nullopt;
            values.push_back(percent_decoded(part));
        } else if (part != expected) {
            return std::nullopt;
        }
    }
    if (!pattern.empty() || !path.empty()) return std::nullopt;
    return values;
}

}  // namespace tailrace::server
