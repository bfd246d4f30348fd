#pragma once

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <span>
#include <string_view>
#include <vector>

namespace tailrace {

/// The members of a map in the order of their names. A small map needs no allocation and is sorted by
/// insertion, which is the cheapest.
class OrderedMembers {
  public:
    explicit OrderedMembers(const boost::json::object& map) {
        if (map.size() > few_.size()) many_.resize(map.size());
        members_ = map.size() > few_.size() ? std::span(many_) : std::span(few_).first(map.size());
        std::ranges::transform(map, members_.begin(), [](const auto& member) { return &member; });
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
    /// Compares the first characters first: they usually differ, and are cheap to compare.
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
