#pragma once

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace tailrace {

/// The order in which the members of maps are read. By their names, the map needs no sorting; as they were
/// sent, the first fault is the one that AWS reports.
enum class MemberOrder { by_name, as_sent };

/// The members of a map in one order or the other. Few need no memory of their own, and are put in order one
/// by one, which is what costs the least.
class OrderedMembers {
  public:
    OrderedMembers(const boost::json::object& map, MemberOrder order) {
        if (map.size() > few_.size()) many_.resize(map.size());
        members_ = map.size() > few_.size() ? std::span(many_) : std::span(few_).first(map.size());
        std::ranges::transform(map, members_.begin(), [](const auto& member) { return &member; });
        if (order == MemberOrder::as_sent) return;
        if (!many_.empty()) {
            std::ranges::sort(members_, is_before);
            return;
        }
        for (std::size_t end = 1; end < members_.size(); ++end) {
            const boost::json::key_value_pair* const member = members_[end];
            std::size_t at = end;
            for (; at > 0 && is_before(member, members_[at - 1]); --at) members_[at] = members_[at - 1];
            members_[at] = member;
        }
    }
    OrderedMembers(const OrderedMembers&) = delete;
    OrderedMembers& operator=(const OrderedMembers&) = delete;

    std::span<const boost::json::key_value_pair* const> list() const { return members_; }

  private:
    /// The first letters differ most often, and are cheap to compare.
    static bool is_before(const boost::json::key_value_pair* a, const boost::json::key_value_pair* b) {
        const std::string_view first = a->key();
        const std::string_view second = b->key();
        if (first.empty() || second.empty() || first.front() == second.front()) return first < second;
        return static_cast<unsigned char>(first.front()) < static_cast<unsigned char>(second.front());
    }

    std::array<const boost::json::key_value_pair*, 32> few_;
    std::vector<const boost::json::key_value_pair*> many_;
    std::span<const boost::json::key_value_pair*> members_;
};

}  // namespace tailrace
