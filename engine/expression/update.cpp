#include "engine/expression/update.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/expression/set_arithmetic.hpp"
#include "engine/model/api_error.hpp"

namespace tailrace::expression {
namespace {

/// A path and its new value. If the path ends with the index of an element that its list does not have, the
/// value is appended to the list.
struct Placement {
    const Path* path;
    AttributeValue value;
};

/// The changes that an update makes to an item. All are decided against the old item before anything is
/// written.
struct Changes {
    std::vector<Placement> placements;
    std::vector<Placement> appends;
    std::vector<const Path*> removals;
};

[[noreturn]] void reject_operand_type(Update::Dialect dialect) {
    throw ApiError::validation(dialect == Update::Dialect::attribute_updates
                                   ? "Type mismatch for attribute to update"
                                   : "An operand in the update expression has an incorrect data type");
}

/// True if the item has the map or list that the last step of the path needs.
bool has_place_for(const AttributeMap& item, const Path& path) {
    if (!path.is_nested()) return true;
    const AttributeValue* parent = path.find(item, path.size() - 1);
    if (parent == nullptr) return false;
    const bool by_name = std::holds_alternative<std::string>(path.steps().back());
    return parent->type() == (by_name ? AttributeType::M : AttributeType::L);
}

AttributeValue& step_into(AttributeValue& value, const Path::Step& step) {
    return const_cast<AttributeValue&>(*expression::step_into(std::as_const(value), step));
}

/// The map or list that holds the last step of a nested path.
AttributeValue& parent_of(AttributeMap& item, const Path& path) {
    AttributeValue* parent = item.find(path.attribute());
    for (std::size_t i = 1; i + 1 < path.size(); ++i) parent = &step_into(*parent, path.steps()[i]);
    return *parent;
}

/// The map in which the path's last step, a name, is looked up.
AttributeMap& map_of(AttributeMap& item, const Path& path) {
    return path.is_nested() ? *parent_of(item, path).get_if<AttributeMap>() : item;
}

bool ends_with_name(const Path& path) {
    return std::holds_alternative<std::string>(path.steps().back());
}

const std::string& last_name(const Path& path) {
    return std::get<std::string>(path.steps().back());
}

std::size_t last_index(const Path& path) {
    return std::get<std::uint32_t>(path.steps().back());
}

/// The order in which paths are changed. The deepest paths come first, so that no change moves a value that a
/// later one still has to find. Paths into the same map or list are adjacent, in the order of their last
/// steps.
bool is_changed_before(const Path& a, const Path& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.steps() < b.steps();
}

bool have_one_parent(const Path& a, const Path& b) {
    return a.size() == b.size() && std::equal(a.steps().begin(), a.steps().end() - 1, b.steps().begin());
}

/// Takes the changes of one map or list from the front of `changes`, which must be in the order above.
template <typename T>
std::span<T> take_group(std::span<T>& changes, const Path& (*path_of)(const T&)) {
    std::size_t count = 1;
    while (count < changes.size() && have_one_parent(path_of(changes[count]), path_of(changes[0]))) ++count;
    const std::span<T> group = changes.first(count);
    changes = changes.subspan(count);
    return group;
}

/// Puts values into one map or list.
void place(AttributeMap& item, std::span<Placement> group) {
    const Path& first = *group.front().path;
    if (!ends_with_name(first)) {
        AttributeValue& list = parent_of(item, first);
        for (Placement& each : group) step_into(list, each.path->steps().back()) = std::move(each.value);
    } else if (group.size() == 1) {
        map_of(item, first).set(last_name(first), std::move(group.front().value));
    } else {
        std::vector<AttributeMap::Entry> entries;
        entries.reserve(group.size());
        for (Placement& each : group) entries.emplace_back(last_name(*each.path), std::move(each.value));
        map_of(item, first).set_all(std::move(entries));
    }
}

/// Removes elements at positions in ascending order.
void erase_elements(AttributeList& list, std::span<const Path* const> group) {
    auto removed = group.begin();
    std::size_t kept = last_index(**removed);
    for (std::size_t i = kept; i < list.size(); ++i) {
        if (removed != group.end() && i == last_index(**removed)) {
            ++removed;
        } else {
            list[kept++] = std::move(list[i]);
        }
    }
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(kept), list.end());
}

/// Removes members of one map or elements of one list.
void remove(AttributeMap& item, std::span<const Path* const> group) {
    const Path& first = *group.front();
    if (!ends_with_name(first)) {
        erase_elements(*parent_of(item, first).get_if<AttributeList>(), group);
        return;
    }
    std::vector<std::string_view> names;
    names.reserve(group.size());
    for (const Path* each : group) names.push_back(last_name(*each));
    map_of(item, first).erase_all(names);
}

/// Replaces elements first, while every index still has its old meaning. Then appends elements, in the order
/// of their indexes. Removes elements last.
void write(AttributeMap& item, Changes changes) {
    const auto before = [](const Placement& a, const Placement& b) {
        return is_changed_before(*a.path, *b.path);
    };
    std::sort(changes.placements.begin(), changes.placements.end(), before);
    for (std::span<Placement> left = changes.placements; !left.empty();) {
        place(item,
              take_group<Placement>(left, [](const Placement& each) -> const Path& { return *each.path; }));
    }
    std::sort(changes.appends.begin(), changes.appends.end(), before);
    for (Placement& each : changes.appends) {
        parent_of(item, *each.path).get_if<AttributeList>()->push_back(std::move(each.value));
    }
    std::sort(changes.removals.begin(), changes.removals.end(),
              [](const Path* a, const Path* b) { return is_changed_before(*a, *b); });
    for (std::span<const Path* const> left = changes.removals; !left.empty();) {
        remove(item, take_group<const Path* const>(
                         left, [](const Path* const& each) -> const Path& { return *each; }));
    }
}

/// Decides the changes of one update, action by action.
class Changer {
  public:
    Changer(const AttributeMap& old_item, bool exists, Update::Dialect dialect)
        : old_item_(old_item), exists_(exists), dialect_(dialect) {}

    /// `value` is the action's value for the old item; nullopt for REMOVE.
    void act(const UpdateAction& action, std::optional<AttributeValue> value) {
        if (!has_place_for(old_item_, action.path)) {
            if (action.clause == UpdateClause::remove && !exists_) return;
            throw ApiError::validation(
                "The document path provided in the update expression is invalid for update");
        }
        const AttributeValue* existing = action.path.find(old_item_);
        switch (action.clause) {
            case UpdateClause::set:
                put(action.path, std::move(*value));
                return;
            case UpdateClause::remove:
                if (existing != nullptr) changes_.removals.push_back(&action.path);
                return;
            case UpdateClause::add:
                put(action.path, existing == nullptr ? std::move(*value) : added(*existing, *value));
                return;
            case UpdateClause::delete_:
                if (existing != nullptr) subtract(action.path, *existing, *value);
                return;
        }
    }

    Changes take() { return std::move(changes_); }

  private:
    void put(const Path& path, AttributeValue value) {
        const bool is_element = std::holds_alternative<std::uint32_t>(path.steps().back());
        const bool appends = is_element && path.find(old_item_) == nullptr;
        auto& placements = appends ? changes_.appends : changes_.placements;
        placements.push_back({&path, std::move(value)});
    }

    AttributeValue added(const AttributeValue& existing, const AttributeValue& value) const {
        if (existing.type() != value.type()) reject_operand_type(dialect_);
        switch (value.type()) {
            case AttributeType::N:
                return existing.get<Number>() + value.get<Number>();
            case AttributeType::SS:
                return set_union(existing.get<StringSet>(), value.get<StringSet>());
            case AttributeType::NS:
                return set_union(existing.get<NumberSet>(), value.get<NumberSet>());
            case AttributeType::BS:
                return set_union(existing.get<BinarySet>(), value.get<BinarySet>());
            case AttributeType::L: {
                AttributeList list = existing.get<AttributeList>();
                const auto& tail = value.get<AttributeList>();
                list.insert(list.end(), tail.begin(), tail.end());
                return list;
            }
            default:
                reject_operand_type(dialect_);
        }
    }

    void subtract(const Path& path, const AttributeValue& existing, const AttributeValue& value) {
        if (existing.type() != value.type()) reject_operand_type(dialect_);
        switch (value.type()) {
            case AttributeType::SS:
                keep(path, set_difference(existing.get<StringSet>(), value.get<StringSet>()));
                return;
            case AttributeType::NS:
                keep(path, set_difference(existing.get<NumberSet>(), value.get<NumberSet>()));
                return;
            case AttributeType::BS:
                keep(path, set_difference(existing.get<BinarySet>(), value.get<BinarySet>()));
                return;
            default:
                reject_operand_type(dialect_);
        }
    }

    /// An empty set cannot be stored, so a set is removed together with its last member.
    template <typename T>
    void keep(const Path& path, ValueSet<T> rest) {
        if (rest.values.empty()) {
            changes_.removals.push_back(&path);
        } else {
            changes_.placements.push_back({&path, std::move(rest)});
        }
    }

    const AttributeMap& old_item_;
    bool exists_;
    Update::Dialect dialect_;
    Changes changes_;
};

std::vector<Path> target_paths(const std::vector<UpdateAction>& actions) {
    std::vector<Path> paths;
    paths.reserve(actions.size());
    for (const UpdateAction& each : actions) paths.push_back(each.path);
    return paths;
}

}  // namespace

Update::Update(std::vector<UpdateAction> actions, Dialect dialect)
    : actions_(std::move(actions)), targets_(target_paths(actions_)), dialect_(dialect) {}

AttributeMap Update::changed(const AttributeMap& old_item, bool exists) const {
    // All values are evaluated first: AWS reports a missing value before a path that leads nowhere.
    std::vector<std::optional<AttributeValue>> values;
    values.reserve(actions_.size());
    for (const UpdateAction& action : actions_) {
        values.push_back(action.value ? std::optional(action.value->evaluate(old_item)) : std::nullopt);
    }
    Changer changer(old_item, exists, dialect_);
    for (std::size_t i = 0; i < actions_.size(); ++i) changer.act(actions_[i], std::move(values[i]));
    AttributeMap item = old_item;
    write(item, changer.take());
    return item;
}

bool Update::only_removes() const {
    return std::all_of(actions_.begin(), actions_.end(), [](const UpdateAction& action) {
        return action.clause == UpdateClause::remove || action.clause == UpdateClause::delete_;
    });
}

std::vector<std::string> Update::nested_attribute_names() const {
    std::vector<const Path*> paths;
    for (const UpdateAction& action : actions_) {
        paths.push_back(&action.path);
        if (action.value) action.value->collect_paths(paths);
    }
    std::erase_if(paths, [](const Path* path) { return !path->is_nested(); });
    return distinct_attributes(paths);
}

std::optional<AttributeType> Update::assigned_type(std::string_view attribute) const {
    for (const UpdateAction& action : actions_) {
        if (action.path.is_nested() || action.path.attribute() != attribute || !action.value) continue;
        return action.value->known_type();
    }
    return std::nullopt;
}

}  // namespace tailrace::expression
