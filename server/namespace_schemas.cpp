#include "server/namespace_schemas.hpp"

#include <array>
#include <charconv>
#include <exception>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include "engine/table/database.hpp"
#include "server/held_store.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view unfinished_prefix = "file/unfinished/";
/// How many bytes of a namespace's name are in the name of its schema, for people.
constexpr std::size_t max_name_part = 20;

std::string hexadecimal(std::uint64_t number) {
    std::array<char, 16> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
    return {digits.data(), end};
}

/// Keeps letters and digits, and makes letters small.
std::string name_part(std::string_view name) {
    std::string part;
    for (const char each : name.substr(0, max_name_part)) {
        const bool is_large = 'A' <= each && each <= 'Z';
        const bool is_kept = ('a' <= each && each <= 'z') || ('0' <= each && each <= '9');
        part += is_large ? static_cast<char>(each - 'A' + 'a') : is_kept ? each : '_';
    }
    return part;
}

/// Servers that know nothing of each other give different numbers. 63 bits fit the numbers of JSON.
std::uint64_t new_number() {
    std::random_device random;
    return (std::uint64_t{random()} << 32U | random()) >> 1U;
}

std::string unfinished_row(std::uint64_t number) {
    return std::string(unfinished_prefix) + std::to_string(number);
}

}  // namespace

NamespaceSchemas::NamespaceSchemas(table::StoreLocation location, table::Database& database, const Log& log)
    : NamespaceStores(database), location_(std::move(location)), log_(log) {
    remove_unfinished();
}

table::StoreLocation NamespaceSchemas::location_of(const std::string& name, const Kept& kept) const {
    return table::schema_beside(location_, name_part(name) + "_" + hexadecimal(kept.number));
}

bool NamespaceSchemas::add(const std::string& name, Kept& kept, table::Store* content) {
    kept.number = new_number();
    table::StateRow(database_, unfinished_row(kept.number)).save(name);
    try {
        fill(location_of(name, kept), content);
        if (list_complete(name, kept)) return true;
    } catch (...) {
        try {
            remove(name, kept);
        } catch (const std::exception& error) {
            log_.warning("the incomplete namespace " + name + " could not be removed: " + error.what());
        }
        throw;
    }
    remove(name, kept);
    return false;
}

void NamespaceSchemas::fill(const table::StoreLocation& location, table::Store* content) const {
    HeldStore made(table::open_store({.location = location}), location.shown(), log_);
    if (content != nullptr) table::copy_rows(*content, made.store());
}

bool NamespaceSchemas::list_complete(const std::string& name, const Kept& kept) {
    return database_.write([&](table::WriteSession& session) {
        if (session.load_state(row_of(name))) return false;
        if (!session.load_state(unfinished_row(kept.number))) {
            throw table::StorageError("another process has removed the namespace " + name +
                                      " while it was made");
        }
        session.save_state(row_of(name), text_of(kept));
        session.erase_state(unfinished_row(kept.number));
        return true;
    });
}

bool NamespaceSchemas::unlist(const std::string& name, const Kept& kept) {
    return database_.write([&](table::WriteSession& session) {
        const std::optional<std::string> text = session.load_state(row_of(name));
        if (!text || kept_in(name, *text).number != kept.number) return false;
        session.erase_state(row_of(name));
        session.save_state(unfinished_row(kept.number), name);
        return true;
    });
}

void NamespaceSchemas::remove(const std::string& name, const Kept& kept) {
    table::remove_schema(location_of(name, kept));
    table::StateRow(database_, unfinished_row(kept.number)).erase();
}

void NamespaceSchemas::remove_unfinished() {
    std::vector<std::pair<std::string, Kept>> unfinished;
    table::StateRows(database_, std::string(unfinished_prefix))
        .visit([&](std::string_view number, std::string_view name) {
            Kept kept;
            std::from_chars(number.data(), number.data() + number.size(), kept.number);
            unfinished.emplace_back(name, kept);
        });
    for (const auto& [name, kept] : unfinished) {
        try {
            if (is_abandoned(location_of(name, kept))) remove(name, kept);
        } catch (const std::exception& error) {
            log_.warning("what is left of the namespace " + name + " cannot be removed: " + error.what());
        }
    }
}

/// If a process still works on the schema, that process has its lease.
bool NamespaceSchemas::is_abandoned(const table::StoreLocation& location) const {
    try {
        const std::unique_ptr<table::Store> store =
            table::open_store({.location = location, .must_exist = true});
        return store->lease()->renew();
    } catch (const table::StoreMissing&) {
        return true;
    }
}

}  // namespace tailrace::server
