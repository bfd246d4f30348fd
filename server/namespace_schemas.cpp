#include "server/namespace_schemas.hpp"

#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <exception>
#include <optional>
#include <random>
#include <utility>

#include "engine/model/json_text.hpp"
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
    remove_abandoned();
}

table::StoreLocation NamespaceSchemas::location_of(const std::string& name, const Kept& kept) const {
    return table::schema_beside(location_, name_part(name) + "_" + hexadecimal(kept.number));
}

std::string NamespaceSchemas::unfinished_text(const std::string& name) const {
    return boost::json::serialize(boost::json::object{{"Name", name}, {"Worker", own_number()}});
}

void NamespaceSchemas::begin_work(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    worked_on_.insert(number);
}

void NamespaceSchemas::end_work(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    worked_on_.erase(number);
}

bool NamespaceSchemas::works_on(std::uint64_t number) {
    const std::lock_guard lock(mutex_);
    return worked_on_.contains(number);
}

bool NamespaceSchemas::add(const std::string& name, Kept& kept, table::Store* content) {
    kept.number = new_number();
    begin_work(kept.number);
    try {
        table::StateRow(database_, unfinished_row(kept.number)).save(unfinished_text(name));
        make(name, kept, content);
        if (list_complete(name, kept)) {
            end_work(kept.number);
            return true;
        }
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

void NamespaceSchemas::make(const std::string& name, const Kept& kept, table::Store* content) const {
    const table::StoreLocation location = location_of(name, kept);
    HeldStore made(table::open_store({.location = location}), location.shown(), log_);
    if (content != nullptr) table::copy_rows(*content, made.store());
}

bool NamespaceSchemas::list_complete(const std::string& name, const Kept& kept) {
    return database_.write([&](table::WriteSession& session) {
        if (session.load_state(row_of(name))) return false;
        if (session.load_state(unfinished_row(kept.number)) != unfinished_text(name)) {
            throw table::StorageError("another process has removed the namespace " + name +
                                      " while it was made");
        }
        session.save_state(row_of(name), text_of(kept));
        session.erase_state(unfinished_row(kept.number));
        return true;
    });
}

/// If it is in the list, remove() comes next.
bool NamespaceSchemas::unlist(const std::string& name, const Kept& kept) {
    begin_work(kept.number);
    const bool is_listed = database_.write([&](table::WriteSession& session) {
        const std::optional<std::string> text = session.load_state(row_of(name));
        if (!text || kept_in(name, *text).number != kept.number) return false;
        session.erase_state(row_of(name));
        session.save_state(unfinished_row(kept.number), unfinished_text(name));
        return true;
    });
    if (!is_listed) end_work(kept.number);
    return is_listed;
}

/// What is left if this fails is removed later, by remove_abandoned().
void NamespaceSchemas::remove(const std::string& name, const Kept& kept) {
    try {
        table::remove_schema(location_of(name, kept));
        table::StateRow(database_, unfinished_row(kept.number)).erase();
    } catch (...) {
        end_work(kept.number);
        throw;
    }
    end_work(kept.number);
}

std::vector<NamespaceSchemas::Unfinished> NamespaceSchemas::unfinished() const {
    std::vector<Unfinished> found;
    table::StateRows(database_, std::string(unfinished_prefix))
        .visit([&](std::string_view number, std::string_view text) {
            Unfinished& each = found.emplace_back(Unfinished{0, std::string(text), 0});
            std::from_chars(number.data(), number.data() + number.size(), each.number);
            boost::json::error_code error;
            const boost::json::value row = parse_json(text, error);
            if (error || !row.is_object()) return;
            each.name = row.at("Name").as_string();
            each.worker = row.at("Worker").to_number<std::uint64_t>();
        });
    return found;
}

/// Returns false if somebody else has finished it or taken it over.
bool NamespaceSchemas::take_over(const Unfinished& from) {
    const std::string row = unfinished_row(from.number);
    return database_.write([&](table::WriteSession& session) {
        const std::optional<std::string> text = session.load_state(row);
        if (!text) return false;
        boost::json::error_code error;
        const boost::json::value now = parse_json(*text, error);
        const bool is_known = !error && now.is_object();
        if (is_known && now.at("Worker").to_number<std::uint64_t>() != from.worker) return false;
        session.save_state(row, unfinished_text(from.name));
        return true;
    });
}

void NamespaceSchemas::remove_abandoned() {
    const std::vector<Unfinished> left = unfinished();
    if (left.empty()) return;
    std::set<std::uint64_t> running;
    for (const auto& each : database_.lease()->others()) running.insert(each.number);
    for (const Unfinished& each : left) {
        if (running.contains(each.worker) || works_on(each.number)) continue;
        try {
            begin_work(each.number);
            if (take_over(each)) {
                remove(each.name, {.number = each.number});
                log_.info("removed the remains of the namespace " + each.name +
                          ", left by a server that has ended");
            }
        } catch (const std::exception& error) {
            log_.warning("the remains of the namespace " + each.name + " cannot be removed: " + error.what());
        }
        end_work(each.number);
    }
}

}  // namespace tailrace::server
