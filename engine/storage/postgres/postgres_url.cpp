#include "engine/storage/postgres/postgres_url.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include "engine/storage/postgres/libpq.hpp"

namespace tailrace::storage {
namespace {

constexpr std::string_view schema_parameter = "schema=";
constexpr std::size_t max_name = 63;

bool is_schema_name(std::string_view name) {
    const auto is_letter = [](char each) { return ('a' <= each && each <= 'z') || each == '_'; };
    const auto is_part = [&](char each) { return is_letter(each) || ('0' <= each && each <= '9'); };
    return !name.empty() && name.size() <= max_name && is_letter(name.front()) &&
           std::ranges::all_of(name, is_part) && !name.starts_with("pg_");
}

/// Takes the parameter out of the URL.
std::string take_schema(std::string& url) {
    for (std::size_t begin = url.find('?'); begin != std::string::npos; begin = url.find('&', begin + 1)) {
        if (url.compare(begin + 1, schema_parameter.size(), schema_parameter) != 0) continue;
        const std::size_t value = begin + 1 + schema_parameter.size();
        const std::size_t end = std::min(url.find('&', value), url.size());
        std::string schema = url.substr(value, end - value);
        // What is before the parameter stays: "?" or "&".
        if (end < url.size()) {
            url.erase(begin + 1, end - begin);
        } else {
            url.erase(begin);
        }
        return schema;
    }
    return "tailrace";
}

}  // namespace

StoreLocation schema_beside(const StoreLocation& location, std::string_view name) {
    std::string url = location.text();
    std::string schema = take_schema(url);
    schema.resize(std::min(schema.size(), max_name - 1 - name.size()));
    url += url.find('?') == std::string::npos ? '?' : '&';
    url.append(schema_parameter).append(schema).append("_").append(name);
    return url;
}

PostgresUrl read_postgres_url(const StoreLocation& location) {
    PostgresUrl read{.url = location.text(), .schema = {}};
    read.schema = take_schema(read.url);
    if (!is_schema_name(read.schema)) {
        throw StorageError("cannot open '" + location.shown() +
                           "': the name of a schema has 1 to 63 lowercase letters, digits and underscores, "
                           "and does not begin with a digit or pg_");
    }
    const Libpq& pq = libpq();
    const std::unique_ptr<PQconninfoOption, decltype(pq.conninfo_free)> options(
        pq.conninfo_parse(read.url.c_str(), nullptr), pq.conninfo_free);
    // libpq's own message may show a part of a password.
    if (options == nullptr) {
        throw StorageError("cannot open '" + location.shown() +
                           "': this is not a URL that libpq reads, such as "
                           "postgresql://user@host:5432/database?sslmode=require");
    }
    for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each) {
        if (std::string_view(each->keyword) != "password" || each->val == nullptr) continue;
        throw StorageError(
            "cannot open '" + location.shown() +
            "': a password in the URL is shown in the list of processes; put it into PGPASSWORD, "
            "or into the file ~/.pgpass or the one that PGPASSFILE names");
    }
    return read;
}

}  // namespace tailrace::storage
