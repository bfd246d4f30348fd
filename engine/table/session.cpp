#include "engine/table/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/table/catalogue/catalogue_rows.hpp"
#include "engine/table/count_rows.hpp"
#include "engine/table/store.hpp"

namespace tailrace::table {
namespace {

storage::SpaceId draw_space(storage::Transaction& transaction) {
    return static_cast<storage::SpaceId>(transaction.draw(space_row));
}

}  // namespace

void DatabaseState::adopt(std::shared_ptr<const Catalogue> next) {
    catalogue = std::move(next);
    unsettled = catalogue->unsettled_tables();
}

std::vector<ItemGate*>& DatabaseState::asked_gates() {
    if (gates == nullptr) {
        gates = std::make_unique<std::vector<ItemGate*>>(1, &holds);
        if (published != nullptr) published->close();
    }
    return *gates;
}

void LeftRows::write(storage::Transaction& transaction, const DatabaseState& state) const {
    CatalogueRows<Counts> rows(transaction);
    for (const storage::SpaceId table : counted_tables) {
        const auto counts = state.counts.find(table);
        if (counts != state.counts.end()) rows.save(std::to_string(table), counts->second);
    }
    if (draws_numbers) save_row(transaction, sequence_row, std::to_string(state.sequence));
}

ReadSession::ReadSession(SessionRows rows, const DatabaseState& state, Timestamp now,
                         const Requester& requester)
    : catalogue_(state.catalogue.get()),
      sequence_(state.sequence),
      state_(state),
      rows_(std::move(rows)),
      now_(now),
      requester_(requester),
      has_gates_(state.gates != nullptr || requester.gate != nullptr) {}

const TableDefinition* ReadSession::find_table(std::string_view name) const {
    const TableDefinition* table = catalogue_->find_table(table_name_of(name));
    return table != nullptr && !table->gone_at(now_) ? table : nullptr;
}

const TableDefinition& ReadSession::table(std::string_view name) const {
    const TableDefinition* table = find_table(name);
    const Transition* transition = table != nullptr ? table->transition_at(now_) : nullptr;
    // A table that is being updated still serves its items; one that is being created or deleted does not.
    const bool comes_or_goes = transition != nullptr && transition->kind != Transition::Kind::updating;
    if (table == nullptr || comes_or_goes) throw ApiError::resource_not_found("Requested resource not found");
    return *table;
}

const TableDefinition& ReadSession::described_table(std::string_view name) const {
    const TableDefinition* table = find_table(name);
    if (table == nullptr) {
        throw ApiError::resource_not_found(
            "Requested resource not found: Table: " + std::string(table_name_of(name)) + " not found");
    }
    return *table;
}

const TableDefinition& ReadSession::settled_table(std::string_view name) const {
    const TableDefinition& table = described_table(name);
    if (const Transition* transition = table.transition_at(now_)) {
        static constexpr std::array<std::string_view, 3> words = {"created: ", "updated: ", "deleted: "};
        throw ApiError(exceptions::resource_in_use,
                       "Attempt to change a resource which is still in use: Table is being " +
                           std::string(words[static_cast<std::size_t>(transition->kind)]) + table.name);
    }
    return table;
}

const Counts& ReadSession::counts(const TableDefinition& table) const {
    if (state_.lease == nullptr) return state_.counts.at(table.space);
    if (rows_.transaction != nullptr && rows_.transaction->is_beside()) throw NeedsLock();
    const auto read = read_counts_.find(table.space);
    if (read != read_counts_.end()) return read->second;
    return read_counts_[table.space] = load_counts(rows_.rows, table.space, table.indexes.size() + 1);
}

void ReadSession::ask_gates(ItemAccess access) const {
    access.operation = requester_.operation;
    access.now = now_;
    const auto ask = [&access](ItemGate& gate) {
        if (auto error = gate.admit(access)) throw ItemRefused(std::move(*error));
    };
    if (requester_.gate != nullptr) ask(*requester_.gate);
    if (state_.gates == nullptr) return;
    for (ItemGate* gate : *state_.gates) ask(*gate);
}

void ReadSession::consume(ItemAccess access, double units) const {
    access.operation = requester_.operation;
    access.now = now_;
    requester_.gate->consumed(access, units);
}

std::optional<std::string> ReadSession::load_state(std::string_view name) {
    auto state = StoredRows<KeptState>(rows()).load(name);
    if (!state) return std::nullopt;
    return std::move(state->text);
}

void ReadSession::visit_states(
    std::string_view prefix, const std::function<void(std::string_view name, std::string_view text)>& take) {
    StoredRows<KeptState>(rows()).visit(
        prefix, [&](std::string_view name, const KeptState& state) { take(name, state.text); });
}

std::optional<storage::SpaceId> ReadSession::discarded_space() {
    const std::vector<storage::SpaceId> discarded = spaces_that_are<DiscardedSpace>(rows());
    if (discarded.empty()) return std::nullopt;
    return discarded.front();
}

WriteSession::WriteSession(SessionRows rows, DatabaseState& state, Timestamp now, const Requester& requester)
    : ReadSession(std::move(rows), state, now, requester), state_(state) {
    if (state.past != nullptr) state.past->history.abandon();
}

Catalogue& WriteSession::edit() {
    if (is_beside()) throw NeedsLock();
    if (!edited_) {
        if (state_.published != nullptr && state_.lease == nullptr) state_.published->close();
        transaction().note_catalogue_change();
        edited_ = std::make_shared<Catalogue>(*catalogue_);
        catalogue_ = edited_.get();
    }
    return *edited_;
}

void WriteSession::count(const TableDefinition& table, std::size_t place, Count difference) {
    const storage::SpaceId space = table.space;
    for (CountChange& each : count_changes_) {
        if (each.table != space || each.place != place) continue;
        each.difference.items += difference.items;
        each.difference.bytes += difference.bytes;
        return;
    }
    count_changes_.push_back({space, place, difference});
}

void WriteSession::log_change(const StreamDefinition& stream, storage::LoggedChange change,
                              const RecordText& text) {
    has_logged_ = true;
    change.time = now();
    if (is_beside()) {
        change.record_json = text(0);
        const Shard* const shard = catalogue().shards_of(stream.arn).open_holder(change.partition_hash);
        unnumbered_.push_back({stream.space, shard != nullptr ? shard->id : "", std::move(change)});
        return;
    }
    change.sequence = draw_sequence();
    change.record_json = text(change.sequence);
    storage::ChangeLogWriter(transaction(), stream.space).append(change);
}

std::uint64_t WriteSession::draw_sequence() {
    if (is_beside()) throw NeedsLock();
    return ++sequence_;
}

void WriteSession::hold_item(const TableDefinition& table, std::string_view row_key,
                             std::chrono::milliseconds duration) {
    if (duration.count() == 0) return;
    if (is_beside()) throw NeedsLock();
    holds_.push_back({table.space, std::string(row_key), duration});
}

storage::SpaceId WriteSession::create_space() {
    const storage::SpaceId space = draw_space(transaction());
    transaction().create_space(space);
    return space;
}

storage::SpaceId WriteSession::keep_copy(storage::SpaceId space) {
    const storage::SpaceId copy = draw_space(transaction());
    transaction().copy_space(space, copy);
    CatalogueRows<KeptSpace>(transaction()).save(std::to_string(copy), {});
    return copy;
}

void WriteSession::discard_space(storage::SpaceId space, const Count& rows) {
    CatalogueRows<KeptSpace>(transaction()).erase(std::to_string(space));
    if (past() != nullptr) past()->history.discard(space);
    if (is_small(rows)) {
        transaction().drop_space(space);
    } else {
        CatalogueRows<DiscardedSpace>(transaction()).save(std::to_string(space), {});
    }
}

void WriteSession::drop_discarded_space(storage::SpaceId space) {
    transaction().drop_space(space);
    CatalogueRows<DiscardedSpace>(transaction()).erase(std::to_string(space));
}

void WriteSession::set_counts(storage::SpaceId table, Counts counts) {
    std::erase_if(count_changes_, [&](const CountChange& each) { return each.table == table; });
    new_counts_[table] = std::move(counts);
}

void WriteSession::save_table(TableDefinition definition) {
    if (!state_.counts.contains(definition.space)) {
        new_counts_.try_emplace(definition.space, definition.indexes.size() + 1);
    }
    CatalogueRows<TableDefinition>(transaction()).save(definition.name, definition);
    edit().put(std::move(definition));
}

void WriteSession::save_table(TableDefinition definition, Counts counts) {
    set_counts(definition.space, std::move(counts));
    save_table(std::move(definition));
}

void WriteSession::remove_gone_tables() {
    std::vector<std::string> gone;
    for (const auto& [name, table] : catalogue().tables) {
        if (table->gone_at(now())) gone.push_back(name);
    }
    for (const std::string& name : gone) remove_table(name);
}

void WriteSession::remove_table(const std::string& name) {
    const std::shared_ptr<const TableDefinition> table = catalogue().tables.at(name);
    const TableDefinition& definition = *table;
    CatalogueRows<TableDefinition>(transaction()).erase(name);
    const Counts rows = counts_after(transaction(), definition.space);
    CatalogueRows<Counts>(transaction()).erase(std::to_string(definition.space));
    if (state_.lease != nullptr) erase_addends(transaction(), definition.space);
    discard_space(definition.space, rows[0]);
    for (std::size_t i = 0; i < definition.indexes.size(); ++i) {
        discard_space(definition.indexes[i].space, rows[i + 1]);
    }
    set_counts(definition.space, {});
    edit().tables.erase(name);
}

void WriteSession::save_stream(const StreamDefinition& stream) {
    CatalogueRows<StreamDefinition>(transaction()).save(stream.arn, stream);
    edit().put(stream);
}

void WriteSession::save_shards(const std::string& stream_arn, StreamShards shards) {
    CatalogueRows<StreamShards>(transaction()).save(stream_arn, shards);
    edit().put(stream_arn, std::move(shards));
}

void WriteSession::remove_stream(const std::string& stream_arn) {
    CatalogueRows<StreamDefinition>(transaction()).erase(stream_arn);
    CatalogueRows<StreamShards>(transaction()).erase(stream_arn);
    transaction().drop_space(catalogue().streams.at(stream_arn)->space);
    edit().streams.erase(stream_arn);
    edit().shards.erase(stream_arn);
}

void WriteSession::save_state(std::string_view name, std::string_view text) {
    if (is_beside()) load_state(name);
    CatalogueRows<KeptState>(transaction()).save(name, {std::string(text)});
}

void WriteSession::erase_state(std::string_view name) {
    if (is_beside()) load_state(name);
    CatalogueRows<KeptState>(transaction()).erase(name);
}

Counts WriteSession::counts_after(storage::Transaction& transaction, storage::SpaceId table) const {
    const auto given = new_counts_.find(table);
    Counts counts = given != new_counts_.end() ? given->second : state_.counts.at(table);
    if (state_.lease != nullptr && given == new_counts_.end()) {
        counts = load_counts(transaction, table, counts.size());
    }
    for (const CountChange& each : count_changes_) {
        if (each.table == table) counts[each.place].add(each.difference);
    }
    return counts;
}

std::set<storage::SpaceId> WriteSession::counted_tables() const {
    std::set<storage::SpaceId> counted;
    for (const CountChange& each : count_changes_) counted.insert(each.table);
    for (const auto& [table, counts] : new_counts_) {
        if (!counts.empty()) counted.insert(table);
    }
    return counted;
}

void WriteSession::write(storage::Transaction& transaction) const {
    CatalogueRows<Counts> rows(transaction);
    for (const storage::SpaceId table : counted_tables()) {
        const Counts counts = counts_after(transaction, table);
        if (state_.lease == nullptr) {
            rows.save(std::to_string(table), counts);
        } else {
            save_counts(transaction, table, counts);
        }
    }
    if (draws_numbers()) save_row(transaction, sequence_row, std::to_string(sequence_));
}

bool WriteSession::commit() {
    if (is_beside()) {
        commit_beside();
        return is_observable();
    }
    if (!count_changes_.empty() || !new_counts_.empty() || draws_numbers()) {
        transaction().write_mirrored(*this);
    }
    transaction().commit();
    keep();
    return is_observable();
}

void WriteSession::commit_beside() {
    std::ranges::sort(count_changes_, {},
                      [](const CountChange& each) { return std::pair(each.table, each.place); });
    for (const CountChange& each : count_changes_) {
        add_counts(transaction(), each.table, each.place, each.difference);
    }
    if (!unnumbered_.empty()) append_unnumbered();
    transaction().commit();
}

/// The lanes are locked last, and only until the commit, because all others that write to the shards wait.
void WriteSession::append_unnumbered() {
    std::ranges::stable_sort(unnumbered_, {}, [](const UnnumberedChange& each) {
        return std::pair<storage::SpaceId, std::string_view>(each.space, each.shard_id);
    });
    std::vector<storage::LaneRow> rows;
    rows.reserve(unnumbered_.size());
    for (const UnnumberedChange& each : unnumbered_) {
        rows.push_back(storage::ChangeLogWriter::row_in_lane({each.space, each.shard_id}, each.change));
    }
    transaction().put_in_lanes(rows);
}

void WriteSession::leave_to(LeftRows& rows) {
    ++rows.parts;
    rows.is_observable = rows.is_observable || is_observable();
    rows.changes_catalogue = rows.changes_catalogue || edited_ != nullptr;
    rows.counted_tables.merge(counted_tables());
    rows.draws_numbers = rows.draws_numbers || draws_numbers();
    keep();
}

void WriteSession::keep() {
    for (auto& [table, counts] : new_counts_) {
        if (counts.empty()) {
            state_.counts.erase(table);
        } else {
            state_.counts[table] = std::move(counts);
        }
    }
    for (const CountChange& each : count_changes_) {
        state_.counts.at(each.table)[each.place].add(each.difference);
    }
    state_.sequence = sequence_;
    if (Past* const past = state_.past.get()) {
        past->history.commit(now());
        past->history.forget_until(now() - past->lags.longest());
    }
    if (!holds_.empty()) state_.asked_gates();
    for (const Hold& each : holds_) state_.holds.hold(each.table, each.row_key, now(), now() + each.duration);
    if (!edited_) return;
    if (state_.lease != nullptr && state_.published != nullptr) state_.published->close();
    state_.adopt(edited_);
}

}  // namespace tailrace::table
