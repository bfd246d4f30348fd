#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/storage/postgres/postgres_connection.hpp"

namespace tailrace::storage {

/// A key as it lies in a table; see postgres_layout.hpp.
struct SplitKey {
    explicit SplitKey(std::string_view key);
    std::string_view head;
    std::string_view tail;
};

/// The name of the table that has the rows of a space made by that commit.
std::string space_table(SpaceId space, std::uint64_t commit);

/// Sends what makes a space and its table.
void send_new_space(PostgresConnection& connection, SpaceId space, const std::string& table);

/// SQL for the newest number of change_sequence that was drawn with Transaction::draw().
std::string drawn_alone();
/// A statement that lets the sequence `numbers` go on after that number.
std::string pass_drawn_numbers();

/// The statements for the rows of one space. Their parameters are the head and the tail of a key, then what
/// is named here.
struct SpaceStatements {
    explicit SpaceStatements(std::string name);

    std::string table;
    /// Returns size and value.
    std::string get;
    /// Returns the version of the catalogue, size and value. The last two are NULL if there is no such row.
    std::string get_alone;
    /// The size and the value.
    std::string put;
    std::string erase;
    /// These two add to a number in the catalogue; the third parameter is that number's key.
    /// add_size_difference adds the fourth parameter, a size, minus the size of the row. add_one_if_new adds
    /// 1 if there is no such row.
    std::string add_size_difference;
    std::string add_one_if_new;
    /// For `add` and `draw`, the number to add. `erase_first` has no key; its only parameter is a number of
    /// rows.
    std::string add;
    std::string draw;
    std::string erase_first;
    /// Puts a row under a key that begins with the newest number of a lane. The parameters are the lane's
    /// space and name, the rest of the key, the size and the value.
    std::string put_in_lane;
    /// These return the head, tail, size and value of rows from the key on (forward) or before the key
    /// (backward). The last parameter is the maximum number of rows. The bounded statements also take the
    /// other end of the range, as head and tail, before the last parameter.
    std::string forward;
    std::string forward_bounded;
    std::string backward;
    std::string backward_bounded;
};

/// The spaces of a store as one connection has found them.
class SpaceTables {
  public:
    using Found = std::shared_ptr<const SpaceStatements>;

    explicit SpaceTables(PostgresConnection& connection) : connection_(connection) {}

    /// Called at the beginning of a transaction, with the version of the catalogue that it sees.
    void begin(std::uint64_t catalogue) {
        if (catalogue_ != catalogue) known_.clear();
        catalogue_ = catalogue;
    }
    bool knows(SpaceId space) const { return known_.contains(space); }
    /// Asks if it does not know the space. Throws StorageError if there is no such space.
    Found at(SpaceId space);
    void add(SpaceId space, std::string table) {
        known_[space] = std::make_shared<const SpaceStatements>(std::move(table));
    }
    void remove(SpaceId space) { known_.erase(space); }
    /// Called when the changes are committed, with the version that they have made.
    void keep_until(std::uint64_t catalogue) { catalogue_ = catalogue; }
    /// After changes that have not been committed.
    void forget() {
        known_.clear();
        catalogue_ = 0;
    }

  private:
    PostgresConnection& connection_;
    std::uint64_t catalogue_ = 0;
    std::unordered_map<SpaceId, Found> known_;
};

}  // namespace tailrace::storage
