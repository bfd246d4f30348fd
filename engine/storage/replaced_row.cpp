#include "engine/storage/replaced_row.hpp"

#include <new>

namespace tailrace::storage {

void ReplacedRow::observe(sqlite3* connection) {
    constexpr int arguments = 3;
    sqlite3_create_function_v2(connection, "differs_from", arguments, SQLITE_UTF8 | SQLITE_DIRECTONLY, this,
                               &ReplacedRow::keep, nullptr, nullptr, nullptr);
}

/// SQLite calls the function only for a row that is there already.
std::string ReplacedRow::sql(SpaceId space) {
    return "INSERT INTO " + table_of(space) +
           " AS old VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE SET size_bytes = ?2, value = ?3 "
           "WHERE differs_from(?3, old.value, old.size_bytes)";
}

/// differs_from(new value, old value, old size)
void ReplacedRow::keep(sqlite3_context* context, int, sqlite3_value** arguments) {
    try {
        std::optional<StoredValue>& row = static_cast<ReplacedRow*>(sqlite3_user_data(context))->row_;
        row = {std::string(value_view(arguments[1])),
               static_cast<std::uint32_t>(sqlite3_value_int64(arguments[2]))};
        sqlite3_result_int(context, row->bytes != value_view(arguments[0]) ? 1 : 0);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

}  // namespace tailrace::storage
