#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/table/item_gate.hpp"

namespace tailrace::operation {

/// One access of a request to an item or to a page of items.
struct ItemUse {
    std::string table;
    /// TableDefinition::id. It differs between tables that had the same name one after the other.
    std::string table_id = {};
    /// Empty for the table itself.
    std::string index = {};
    /// A number for the value of the partition key; 0 for a page over several partitions.
    std::uint64_t partition = 0;
    /// See table::shown_partition().
    std::string partition_text = {};
    /// A number for the item of the table or the row of the index; 0 for a page.
    std::uint64_t item = 0;
    table::AccessKind kind = table::AccessKind::read;
    /// True if a limit of throughput or a scripted fault refused it.
    bool is_refused = false;
    double units = 0;

    bool is_write() const { return table::is_write(kind); }
};

/// Returns the number of an item of a table; see ItemUse::item.
std::uint64_t item_number(std::string_view row_key);

/// Records the accesses of one request, up to a limit. It refuses nothing.
class ItemUses final : public table::ItemGate {
  public:
    static constexpr std::size_t max_uses = 2000;

    std::optional<ApiError> admit(const table::ItemAccess& /*access*/) override { return std::nullopt; }
    void consumed(const table::ItemAccess& access, double units) override;
    /// Notes an access that another gate refused.
    void refused(const table::ItemAccess& access);

    const std::vector<ItemUse>& uses() const { return uses_; }
    /// True if there were more accesses than it records.
    bool is_cut() const { return is_cut_; }

  private:
    ItemUse* add(const table::ItemAccess& access);

    std::vector<ItemUse> uses_;
    bool is_cut_ = false;
};

}  // namespace tailrace::operation
