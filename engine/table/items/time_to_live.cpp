#include "engine/table/items/time_to_live.hpp"

#include <chrono>
#include <vector>

#include "engine/model/attribute_json.hpp"
#include "engine/model/hold_budget.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::table {
namespace {

constexpr std::chrono::days longest_overdue{5 * 365};

Number seconds(Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Checks whether stored items have expired. Parses only those whose text contains a time in the past.
class ExpiryCheck {
  public:
    ExpiryCheck(const std::string& attribute, Timestamp now)
        : attribute_(attribute), earliest_(seconds(now - longest_overdue)), now_(seconds(now)) {
        AttributeMap pattern;
        pattern.set(attribute, Number());
        const std::string json = to_json(pattern);
        const std::string_view closing = R"(0"}})";
        opening_ = json.substr(1, json.size() - 1 - closing.size());
    }

    bool is_expired(std::string_view item_json) const {
        if (!mentions_past_time(item_json)) return false;
        const AttributeMap item = parse_stored_item(item_json);
        const AttributeValue* value = item.find(attribute_);
        const Number* expiry = value == nullptr ? nullptr : value->get_if<Number>();
        return expiry != nullptr && is_over(*expiry);
    }

  private:
    bool is_over(const Number& expiry) const { return expiry >= earliest_ && expiry < now_; }

    /// True if an attribute with that name, at any depth, holds a time in the past.
    bool mentions_past_time(std::string_view json) const {
        std::size_t at = json.find(opening_);
        while (at != std::string_view::npos) {
            at += opening_.size();
            if (is_over(Number::parse(json.substr(at, json.find('"', at) - at)))) return true;
            at = json.find(opening_, at);
        }
        return false;
    }

    std::string attribute_;
    Number earliest_;
    Number now_;
    /// For example "expires":{"N":"
    std::string opening_;
};

/// The progress of a sweep of a table, the time that it uses for `now`, and the id of the table: a new table
/// with the same name must not be swept.
struct Progress {
    Timestamp now = {};
    std::string table_id = {};
    std::string next_row = {};
    std::size_t removed = 0;
    bool done = false;
};

/// The maximum number of items that are removed in one slice.
constexpr std::size_t removed_at_once = 256;

/// The row keys of the expired items in the next slice.
std::vector<std::string> expired_rows(storage::Cursor& cursor, const ExpiryCheck& check, Progress& progress,
                                      TimeSlice slice) {
    std::vector<std::string> expired;
    while (cursor.next()) {
        if (expired.size() == removed_at_once || !slice.takes_row()) {
            progress.next_row = cursor.key();
            return expired;
        }
        if (check.is_expired(cursor.value())) expired.emplace_back(cursor.key());
    }
    progress.done = true;
    return expired;
}

/// Reading and removing each get half of the slice. An item that was found but not removed in time is found
/// again.
void sweep_slice(WriteSession& session, const TableDefinition& table, const SliceLimits& limits,
                 Progress& progress) {
    static const DeleteStep step;
    const ExpiryCheck check(*table.time_to_live_attribute, progress.now);
    SliceLimits half = limits;
    half.time /= 2;
    auto cursor =
        session.transaction().range(table.space, {progress.next_row, {}}, storage::Direction::forward);
    std::vector<std::string> rows = expired_rows(*cursor, check, progress, TimeSlice(half));
    cursor.reset();
    ItemWriter writer(session);
    TimeSlice removing({.time = half.time});
    for (std::string& row : rows) {
        if (!removing.takes_row()) {
            progress.next_row = std::move(row);
            progress.done = false;
            return;
        }
        try {
            writer.write({table, std::move(row), &step, nullptr, ChangeOrigin::time_to_live});
            ++progress.removed;
        } catch (const ItemRefused&) {
            // A later sweep finds it again.
        }
    }
}

/// The tables with time to live enabled; only one of them if `only` is not empty.
std::vector<std::string> tables_with_expiry(Database& database, std::string_view only) {
    return database.read([&](ReadSession& session) {
        std::vector<std::string> names;
        for (const auto& [name, table] : session.catalogue().tables) {
            if (!only.empty() && name != only) continue;
            if (table->time_to_live_attribute) names.push_back(name);
        }
        return names;
    });
}

}  // namespace

std::size_t TimeToLiveSweep::sweep(Database& database, Timestamp now, std::string_view table_name) const {
    std::size_t removed = 0;
    for (const std::string& name : tables_with_expiry(database, table_name))
        removed += sweep_table(database, name, now);
    return removed;
}

std::size_t TimeToLiveSweep::sweep_table(Database& database, const std::string& name, Timestamp now) const {
    Progress progress;
    progress.now = now;
    HoldBudget budget(limits_);
    while (!progress.done) {
        progress = database.write_slice(budget, [&](WriteSession& session, const SliceLimits& limits) {
            Progress next = progress;
            const TableDefinition* table = session.find_table(name);
            const bool same = table != nullptr && table->time_to_live_attribute &&
                              (next.table_id.empty() || next.table_id == table->id);
            if (!same) {
                next.done = true;
                return next;
            }
            next.table_id = table->id;
            sweep_slice(session, *table, limits, next);
            return next;
        });
    }
    return progress.removed;
}

}  // namespace tailrace::table
