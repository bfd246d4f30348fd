#include "engine/storage/open_store.hpp"

#include <algorithm>
#include <string_view>

#include "engine/storage/sqlite_store.hpp"

namespace tailrace::storage {
namespace {

bool is_of_scheme(char letter) {
    const auto is_between = [letter](char first, char last) { return first <= letter && letter <= last; };
    return is_between('a', 'z') || is_between('A', 'Z') || is_between('0', '9') || letter == '+' ||
           letter == '-' || letter == '.';
}

/// "redis" for "redis://…"; empty if the location is not a URL.
std::string_view scheme_of(std::string_view location) {
    const auto end = location.find("://");
    if (end == std::string_view::npos) return {};
    const std::string_view scheme = location.substr(0, end);
    return std::ranges::all_of(scheme, is_of_scheme) ? scheme : std::string_view();
}

}  // namespace

std::unique_ptr<Store> open_store(const StoreOptions& options) {
    if (options.location.empty()) return open_sqlite_in_memory();
    if (const std::string_view scheme = scheme_of(options.location); !scheme.empty()) {
        // The rest of the URL may contain a password.
        throw StorageError("URLs that begin with '" + std::string(scheme) +
                           "://' are not supported; give the path of a database file");
    }
    return open_sqlite_file(options);
}

}  // namespace tailrace::storage
