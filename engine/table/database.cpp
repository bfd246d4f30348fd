#include "engine/table/database.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>

#include "engine/model/api_error.hpp"
#include "engine/storage/key_encoding.hpp"
#include "engine/table/space_check.hpp"
#include "engine/table/table_catalogue_json.hpp"

namespace tailrace::table {
namespace {

namespace json = boost::json;
using storage::catalogue_space;

/// What a slow disk writes and syncs in some ten milliseconds.
constexpr int pages_between_slices = 128;

constexpr std::string_view table_prefix = "table/";
constexpr std::string_view counts_prefix = "counts/";
constexpr std::string_view stream_prefix = "stream/";
constexpr std::string_view shards_prefix = "shards/";
constexpr std::string_view state_prefix = "state/";
constexpr std::string_view discarded_prefix = "discarded/";
constexpr std::string_view sequence_row = "sequence";
constexpr std::string_view space_row = "space";

std::string row(std::string_view prefix, std::string_view name) {
    return std::string(prefix).append(name);
}

std::string counts_row(const Table& table) {
    return row(counts_prefix, std::to_string(table.definition.space));
}

void save(storage::Transaction& transaction, std::string_view key, std::string_view value) {
    transaction.put(catalogue_space, key, value, static_cast<std::uint32_t>(value.size()));
}

/// Calls `read`, which reads a row of the catalogue. What it cannot read is said with the row's name.
template <typename Read>
auto read_row(std::string_view key, Read read) {
    try {
        return read();
    } catch (const storage::StorageError&) {
        throw;
    } catch (const std::exception& error) {
        throw storage::StorageError("the catalogue is damaged: its row '" + std::string(key) +
                                    "' cannot be read: " + error.what());
    }
}

std::uint64_t load_number(storage::Transaction& transaction, std::string_view key) {
    const auto stored = transaction.get(catalogue_space, key);
    if (!stored) return 0;
    return read_row(key, [&] { return json::parse(stored->bytes).to_number<std::uint64_t>(); });
}

std::string counts_text(const Counts& counts) {
    std::string text = "[";
    for (const Count& count : counts) {
        if (text.size() > 1) text.push_back(',');
        text.append("[")
            .append(std::to_string(count.items))
            .append(",")
            .append(std::to_string(count.bytes))
            .append("]");
    }
    return text.append("]");
}

Counts load_counts(storage::Transaction& transaction, const Table& table) {
    Counts counts(table.definition.indexes.size() + 1);
    const auto stored = transaction.get(catalogue_space, counts_row(table));
    if (!stored) return counts;
    return read_row(counts_row(table), [&] {
        const json::value parsed = json::parse(stored->bytes);
        for (std::size_t i = 0; i < counts.size() && i < parsed.as_array().size(); ++i) {
            counts[i] = {parsed.at(i).at(0).as_int64(), parsed.at(i).at(1).as_int64()};
        }
        return counts;
    });
}

template <typename Take>
void load_rows(storage::Transaction& transaction, std::string_view prefix, Take take) {
    const auto cursor = transaction.range(
        catalogue_space, {std::string(prefix), storage::after_prefix(prefix)}, storage::Direction::forward);
    while (cursor->next()) {
        read_row(cursor->key(), [&] { take(json::parse(cursor->value()).as_object()); });
    }
}

/// In the order of their rows.
std::vector<storage::SpaceId> discarded_spaces(storage::Transaction& transaction) {
    std::vector<storage::SpaceId> spaces;
    const auto cursor = transaction.range(
        catalogue_space, {std::string(discarded_prefix), storage::after_prefix(discarded_prefix)},
        storage::Direction::forward);
    while (cursor->next()) {
        const std::string_view number = cursor->key().substr(discarded_prefix.size());
        std::from_chars(number.data(), number.data() + number.size(), spaces.emplace_back());
    }
    return spaces;
}

}  // namespace

std::string_view table_name_of(std::string_view name_or_arn) {
    if (!name_or_arn.starts_with("arn:")) return name_or_arn;
    const auto slash = name_or_arn.find(":table/");
    if (slash == std::string_view::npos) return name_or_arn;
    const std::string_view name = name_or_arn.substr(slash + 7);
    return name.substr(0, name.find('/'));
}

ReadSession::ReadSession(Database& database)
    : database_(database), transaction_(database.store_->begin()), now_(database.clock_.now()) {}

const Table* ReadSession::find_table(std::string_view name) const {
    const auto found = database_.tables_.find(table_name_of(name));
    if (found == database_.tables_.end() || found->second->definition.gone_at(now_)) return nullptr;
    return found->second.get();
}

const Table& ReadSession::table(std::string_view name) const {
    const Table* table = find_table(name);
    const Transition* transition = table != nullptr ? table->definition.transition_at(now_) : nullptr;
    // A table that is being updated is there for its items; one that comes or goes is not.
    const bool comes_or_goes = transition != nullptr && transition->kind != Transition::Kind::updating;
    if (table == nullptr || comes_or_goes) throw ApiError::resource_not_found("Requested resource not found");
    return *table;
}

const Table& ReadSession::described_table(std::string_view name) const {
    const Table* table = find_table(name);
    if (table == nullptr) {
        throw ApiError::resource_not_found(
            "Requested resource not found: Table: " + std::string(table_name_of(name)) + " not found");
    }
    return *table;
}

const Table& ReadSession::settled_table(std::string_view name) const {
    const Table& table = described_table(name);
    if (const Transition* transition = table.definition.transition_at(now_)) {
        static constexpr std::array<std::string_view, 3> words = {"created: ", "updated: ", "deleted: "};
        throw ApiError::resource_in_use(
            "Attempt to change a resource which is still in use: Table is being " +
            std::string(words[static_cast<std::size_t>(transition->kind)]) + table.definition.name);
    }
    return table;
}

bool ReadSession::in_transaction(const Table& table, std::string_view row_key) const {
    return database_.holds_.holds(table.definition.space, row_key, now_);
}

std::optional<std::string> ReadSession::load_state(std::string_view name) {
    auto stored = transaction_->get(catalogue_space, row(state_prefix, name));
    if (!stored) return std::nullopt;
    return std::move(stored->bytes);
}

std::optional<storage::SpaceId> ReadSession::discarded_space() {
    const std::vector<storage::SpaceId> discarded = discarded_spaces(*transaction_);
    if (discarded.empty()) return std::nullopt;
    return discarded.front();
}

Counts& WriteSession::pending_counts(const Table& table) {
    for (auto& [pending, counts] : counts_) {
        if (pending == &table) return counts;
    }
    return counts_.emplace_back(&table, table.counts).second;
}

void WriteSession::drop_pending_counts(const Table& table) {
    std::erase_if(counts_, [&](const auto& pending) { return pending.first == &table; });
}

void WriteSession::count(const Table& table, std::size_t place, Count difference) {
    Count& count = pending_counts(table)[place];
    count.items += difference.items;
    count.bytes += difference.bytes;
}

void WriteSession::log_change(storage::SpaceId stream, storage::LoggedChange change,
                              const std::function<std::string(std::uint64_t sequence)>& make_record) {
    change.sequence = draw_sequence();
    change.time = now();
    change.record_json = make_record(change.sequence);
    storage::ChangeLog(transaction(), stream).append(change);
    observable_ = true;
}

std::uint64_t WriteSession::sequence() const {
    return sequence_ != 0 ? sequence_ : database().sequence();
}

std::uint64_t WriteSession::draw_sequence() {
    return sequence_ = sequence() + 1;
}

void WriteSession::hold_item(const Table& table, std::string_view row_key,
                             std::chrono::milliseconds duration) {
    if (duration.count() == 0) return;
    after_commit_.push_back([this, space = table.definition.space, row = std::string(row_key), duration] {
        database().holds_.hold(space, row, now(), now() + duration);
    });
}

storage::SpaceId WriteSession::create_space() {
    const auto space = static_cast<storage::SpaceId>(transaction().draw(space_row));
    transaction().create_space(space);
    return space;
}

void WriteSession::discard_space(storage::SpaceId space, const Count& rows) {
    if (is_small(rows)) {
        transaction().drop_space(space);
    } else {
        save(transaction(), row(discarded_prefix, std::to_string(space)), "");
    }
}

void WriteSession::drop_discarded_space(storage::SpaceId space) {
    transaction().drop_space(space);
    transaction().erase(catalogue_space, row(discarded_prefix, std::to_string(space)));
}

void WriteSession::save_table(TableDefinition definition, Counts counts) {
    save(transaction(), row(table_prefix, definition.name), json::serialize(catalogue_json(definition)));
    auto table = std::make_shared<Table>(Table{std::move(definition), std::move(counts)});
    save(transaction(), counts_row(*table), counts_text(table->counts));
    if (const Table* old = find_table(table->definition.name)) drop_pending_counts(*old);
    after_commit_.push_back([this, table] {
        database().tables_[table->definition.name] = table;
        database().watch(table->definition);
    });
    observable_ = true;
}

void WriteSession::remove_gone_tables() {
    std::vector<std::string> gone;
    for (const auto& [name, table] : database().tables_) {
        if (table->definition.gone_at(now())) gone.push_back(name);
    }
    for (const std::string& name : gone) remove_table(name);
}

void WriteSession::remove_table(const std::string& name) {
    const Table& table = *database().tables_.find(name)->second;
    transaction().erase(catalogue_space, row(table_prefix, name));
    transaction().erase(catalogue_space, counts_row(table));
    discard_space(table.definition.space, table.counts[0]);
    for (std::size_t i = 0; i < table.definition.indexes.size(); ++i) {
        discard_space(table.definition.indexes[i].space, table.counts[i + 1]);
    }
    drop_pending_counts(table);
    // A table made anew under the name in the same transaction stays.
    const auto* removed = &table;
    after_commit_.push_back([this, name, removed] {
        const auto found = database().tables_.find(name);
        if (found->second.get() == removed) database().tables_.erase(found);
    });
    observable_ = true;
}

void WriteSession::save_stream(const StreamDefinition& stream) {
    save(transaction(), row(stream_prefix, stream.arn), json::serialize(catalogue_json(stream)));
    after_commit_.push_back([this, stream] { database().streams_[stream.arn] = stream; });
    observable_ = true;
}

void WriteSession::save_shards(const std::string& stream_arn, StreamShards shards) {
    save(transaction(), row(shards_prefix, stream_arn), json::serialize(shards.catalogue_json()));
    after_commit_.push_back([this, stream_arn, saved = std::move(shards)]() mutable {
        database().shards_[stream_arn] = std::move(saved);
    });
    observable_ = true;
}

void WriteSession::remove_stream(const StreamDefinition& stream) {
    transaction().erase(catalogue_space, row(stream_prefix, stream.arn));
    transaction().erase(catalogue_space, row(shards_prefix, stream.arn));
    transaction().drop_space(stream.space);
    after_commit_.push_back([this, arn = stream.arn] {
        database().streams_.erase(arn);
        database().shards_.erase(arn);
    });
    observable_ = true;
}

void WriteSession::save_state(std::string_view name, std::string_view value) {
    save(transaction(), row(state_prefix, name), value);
}

void WriteSession::erase_state(std::string_view name) {
    transaction().erase(catalogue_space, row(state_prefix, name));
}

void WriteSession::write(storage::Transaction& transaction) const {
    for (const auto& [table, counts] : counts_) save(transaction, counts_row(*table), counts_text(counts));
    if (sequence_ != 0) save(transaction, sequence_row, std::to_string(sequence_));
}

void WriteSession::commit() {
    transaction().write_mirrored(*this);
    transaction().commit();
    for (const auto& [table, counts] : counts_) {
        // The session holds the lock and the table is the database's own: only definitions are constant.
        database().tables_.find(table->definition.name)->second->counts = counts;
    }
    if (sequence_ != 0) database().sequence_ = sequence_;
    for (const auto& apply : after_commit_) apply();
}

Database::Database(std::unique_ptr<storage::Store> store, const Clock& clock)
    : store_(std::move(store)), clock_(clock) {
    load();
}

void Database::lock_for_slice(HoldBudget& budget) {
    mutex_.lock_after_others();
    const auto begin = steady_time();
    if (!store_->checkpoint(pages_between_slices)) return;
    mutex_.unlock();
    budget.took(std::chrono::ceil<std::chrono::microseconds>(steady_time() - begin));
    mutex_.lock_after_others();
}

void Database::load() {
    const auto transaction = store_->begin();
    load_rows(*transaction, table_prefix, [&](const json::object& stored) {
        auto table = std::make_shared<Table>();
        table->definition = from_catalogue_json(stored);
        table->counts = load_counts(*transaction, *table);
        watch(table->definition);
        tables_[table->definition.name] = std::move(table);
    });
    load_rows(*transaction, stream_prefix, [&](const json::object& stored) {
        StreamDefinition stream = stream_from_catalogue_json(stored);
        streams_[stream.arn] = std::move(stream);
    });
    load_shards(*transaction);
    sequence_ = load_number(*transaction, sequence_row);
    check_spaces(*this, {transaction->spaces(), discarded_spaces(*transaction),
                         static_cast<storage::SpaceId>(load_number(*transaction, space_row))});
}

void Database::load_shards(storage::Transaction& transaction) {
    for (const auto& [arn, stream] : streams_) {
        const std::string key = row(shards_prefix, arn);
        const auto stored = transaction.get(catalogue_space, key);
        if (!stored)
            throw storage::StorageError("the catalogue is damaged: its row '" + key + "' is missing");
        shards_[arn] = read_row(
            key, [&] { return StreamShards::from_catalogue_json(json::parse(stored->bytes).as_array()); });
    }
}

void Database::watch(const TableDefinition& definition) {
    if (!definition.transition || definition.transition->is_settled()) return;
    if (std::ranges::find(in_transition_, definition.name) == in_transition_.end()) {
        in_transition_.push_back(definition.name);
    }
}

void Database::settle_transitions() {
    const Timestamp now = clock_.now();
    std::vector<const TableDefinition*> settled;
    std::erase_if(in_transition_, [&](const std::string& name) {
        const auto found = tables_.find(name);
        if (found == tables_.end()) return true;
        TableDefinition& definition = found->second->definition;
        if (!definition.transition || definition.transition->is_under_way(now)) return !definition.transition;
        definition.transition->settle();
        settled.push_back(&definition);
        return true;
    });
    if (settled.empty()) return;
    try {
        const auto transaction = store_->begin();
        for (const TableDefinition* each : settled) {
            save(*transaction, row(table_prefix, each->name), json::serialize(catalogue_json(*each)));
        }
        transaction->commit();
    } catch (const storage::StorageError&) {
        // A read needs nothing of this, and a write meets the same fault where it is told of.
    }
}

const StreamShards& Database::shards(std::string_view stream_arn) const {
    static const StreamShards none;
    const auto found = shards_.find(stream_arn);
    return found == shards_.end() ? none : found->second;
}

void Database::set_observer(std::function<void()> observer) {
    const std::lock_guard lock(observer_mutex_);
    observer_ = std::move(observer);
}

void Database::notify() {
    const std::lock_guard lock(observer_mutex_);
    if (observer_) observer_();
}

}  // namespace tailrace::table
