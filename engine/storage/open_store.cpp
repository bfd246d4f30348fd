#include "engine/storage/open_store.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "engine/storage/postgres_store.hpp"
#include "engine/storage/sqlite_store.hpp"

namespace tailrace::storage {
namespace {

constexpr std::string_view after_scheme = "://";

bool is_of_scheme(char letter) {
    const auto is_between = [letter](char first, char last) { return first <= letter && letter <= last; };
    return is_between('a', 'z') || is_between('A', 'Z') || is_between('0', '9') || letter == '+' ||
           letter == '-' || letter == '.';
}

}  // namespace

std::optional<std::string> StoreLocation::file() const {
    if (in_memory() || !scheme().empty()) return std::nullopt;
    return text_;
}

std::string_view StoreLocation::scheme() const {
    const auto end = text_.find(after_scheme);
    if (end == std::string::npos) return {};
    const std::string_view scheme = std::string_view(text_).substr(0, end);
    return std::ranges::all_of(scheme, is_of_scheme) ? scheme : std::string_view();
}

std::string StoreLocation::shown() const {
    if (in_memory()) return "in memory";
    if (scheme().empty()) return text_;
    const std::size_t begin = scheme().size() + after_scheme.size();
    const std::size_t path = std::min(text_.find_first_of("/?#", begin), text_.size());
    // An @ after the first "/", "?" or "#" may belong to a password in which these are not encoded. Then
    // nothing after the scheme is shown.
    if (text_.find('@', path) != std::string::npos) return text_.substr(0, begin) + "…";
    const std::size_t user_end = text_.substr(0, path).rfind('@');
    const std::size_t host = user_end != std::string::npos ? user_end + 1 : begin;
    const std::size_t end = std::min(text_.find_first_of("?#", path), text_.size());
    return text_.substr(0, begin) + text_.substr(host, end - host);
}

std::unique_ptr<Store> open_store(const StoreOptions& options) {
    if (options.location.in_memory()) return open_sqlite_in_memory(options);
    if (const std::string_view scheme = options.location.scheme(); !scheme.empty()) {
        if (scheme == "postgresql" || scheme == "postgres") return open_postgres(options);
        // The rest of the URL may contain a password.
        throw StorageError("URLs that begin with '" + std::string(scheme) +
                           "://' are not supported; give the path of a database file, or "
                           "postgresql://USER@HOST/DATABASE");
    }
    if (std::error_code ignored;
        options.must_exist && !std::filesystem::exists(options.location.text(), ignored)) {
        throw StoreMissing("there is no database file '" + options.location.text() + "'");
    }
    return open_sqlite_file(options);
}

}  // namespace tailrace::storage
