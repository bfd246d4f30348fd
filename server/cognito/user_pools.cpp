#include "server/cognito/user_pools.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/uuid.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::server {
namespace {

/// Source: Amazon Cognito's quotas, user pools in an account.
constexpr std::size_t max_pools = 1000;

constexpr std::array<std::string_view, 2> sign_in_attributes = {"email", "phone_number"};
constexpr std::array<std::string_view, 3> alias_attributes = {"email", "phone_number", "preferred_username"};

/// Returns a name or a value in the form in which the pool compares it. If the pool ignores case, its ASCII
/// letters are in lower case.
std::string key_of(const UserPool& pool, std::string_view name) {
    std::string key(name);
    if (pool.is_case_sensitive()) return key;
    std::ranges::transform(
        key, key.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return key;
}

std::string pool_row(std::string_view pool_id) {
    return "pool/" + std::string(pool_id);
}

std::string user_row(std::string_view pool_id, std::string_view key) {
    return "user/" + std::string(pool_id) + "/" + std::string(key);
}

bool has_value(const UserPool& pool, const User& user, std::string_view attribute, std::string_view value) {
    const std::string* own = user.attribute(attribute);
    return own != nullptr && key_of(pool, *own) == key_of(pool, value);
}

/// An email address or a phone number is an alias only after it has been verified. Source: "Customizing
/// sign-in attributes".
bool is_alias(const User& user, std::string_view attribute) {
    if (attribute == "preferred_username") return true;
    const std::string* verified = user.attribute(std::string(attribute) + "_verified");
    return verified != nullptr && *verified == "true";
}

}  // namespace

UserPools::UserPools(table::Database& database, const Clock& clock)
    : clock_(clock), rows_(database, "cognito/") {}

UserPools::Pools& UserPools::loaded() {
    if (is_loaded_) return pools_;
    Pools pools;
    // Pools come first, because "pool/" is before "user/".
    rows_.visit([&pools](std::string_view row, std::string_view text) {
        if (row.starts_with("pool/")) {
            UserPool pool = pool_from_row(text);
            std::string id = pool.id;
            pools.emplace(std::move(id), Pool{std::move(pool), {}});
            return;
        }
        const std::string_view place = row.substr(row.find('/') + 1);
        const std::size_t slash = place.find('/');
        const auto pool = pools.find(place.substr(0, slash));
        if (pool != pools.end()) {
            pool->second.users.emplace(place.substr(slash + 1), user_from_row(text));
        }
    });
    pools_ = std::move(pools);
    is_loaded_ = true;
    return pools_;
}

UserPools::Pool& UserPools::at(std::string_view pool_id) {
    Pools& pools = loaded();
    const auto found = pools.find(pool_id);
    if (found == pools.end()) throw CognitoError::no_pool(std::string(pool_id));
    return found->second;
}

UserPool UserPools::create(const boost::json::object& request, const std::string& id) {
    const std::lock_guard lock(mutex_);
    Pools& pools = loaded();
    if (pools.size() >= max_pools) {
        throw CognitoError::limit_exceeded("An account has at most " + std::to_string(max_pools) +
                                           " user pools.");
    }
    if (pools.contains(id)) throw CognitoError::internal("The user pool " + id + " exists already.");
    UserPool pool = read_user_pool(id, request, clock_.now());
    rows_.save(pool_row(id), to_row(pool));
    pools.emplace(id, Pool{pool, {}});
    return pool;
}

bool UserPools::has(std::string_view pool_id) {
    const std::lock_guard lock(mutex_);
    return loaded().contains(pool_id);
}

UserPool UserPools::get(std::string_view pool_id) {
    const std::lock_guard lock(mutex_);
    return at(pool_id).pool;
}

std::size_t UserPools::count_users(std::string_view pool_id) {
    const std::lock_guard lock(mutex_);
    return at(pool_id).users.size();
}

std::vector<UserPool> UserPools::list(std::string_view after, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    const Pools& pools = loaded();
    std::vector<UserPool> listed;
    for (auto each = pools.upper_bound(after); each != pools.end() && listed.size() < limit; ++each) {
        listed.push_back(each->second.pool);
    }
    return listed;
}

void UserPools::remove(std::string_view pool_id) {
    const std::lock_guard lock(mutex_);
    const Pool& pool = at(pool_id);
    if (pool.pool.is_protected()) {
        throw CognitoError::invalid_parameter(
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection "
            "must be inactivated first.");
    }
    std::vector<std::string> rows{pool_row(pool_id)};
    for (const auto& user : pool.users) rows.push_back(user_row(pool_id, user.first));
    rows_.erase(rows);
    pools_.erase(pools_.find(pool_id));
}

const User* UserPools::find(const Pool& pool, std::string_view name) {
    const auto found = pool.users.find(key_of(pool.pool, name));
    if (found != pool.users.end()) return &found->second;
    for (const auto& [key, user] : pool.users) {
        const std::string* sub = user.attribute("sub");
        if (sub != nullptr && *sub == name) return &user;
        for (const std::string_view attribute : sign_in_attributes) {
            if (pool.pool.has_username_attribute(attribute) && has_value(pool.pool, user, attribute, name)) {
                return &user;
            }
        }
        for (const std::string_view attribute : alias_attributes) {
            if (pool.pool.has_alias(attribute) && is_alias(user, attribute) &&
                has_value(pool.pool, user, attribute, name)) {
                return &user;
            }
        }
    }
    return nullptr;
}

const User& UserPools::require(const Pool& pool, std::string_view name) const {
    const User* user = find(pool, name);
    if (user == nullptr) throw CognitoError::no_user();
    return *user;
}

/// For a pool whose users sign in by an attribute: the given name is that attribute's value, and the sub
/// becomes the user's name.
void UserPools::name_by_attribute(const Pool& pool, NewUser& wanted) {
    const bool is_email = wanted.username.find('@') != std::string::npos;
    const bool is_phone = wanted.username.starts_with('+');
    const bool takes_email = pool.pool.has_username_attribute("email");
    const bool takes_phone = pool.pool.has_username_attribute("phone_number");
    if (!(takes_email && is_email) && !(takes_phone && is_phone)) {
        throw CognitoError::invalid_parameter(takes_email && takes_phone
                                                  ? "Username should be either an email or a phone number."
                                              : takes_email ? "Username should be an email."
                                                            : "Username should be a phone number.");
    }
    const std::string attribute = is_email ? "email" : "phone_number";
    if (find(pool, wanted.username) != nullptr) {
        throw CognitoError::username_exists("An account with the given " + attribute + " already exists.");
    }
    wanted.attributes[attribute] = wanted.username;
    wanted.username = wanted.sub;
}

/// If an attribute is an alias in the pool, a verified address or number belongs to only one user.
void UserPools::settle_aliases(Pool& pool, const NewUser& wanted) {
    const User candidate{.username = {},
                         .attributes = wanted.attributes,
                         .created = {},
                         .modified = {},
                         .enabled = true,
                         .status = {}};
    for (const std::string_view attribute : alias_attributes) {
        const std::string* value = candidate.attribute(attribute);
        if (value == nullptr || !pool.pool.has_alias(attribute) || !is_alias(candidate, attribute)) continue;
        for (auto& [key, user] : pool.users) {
            if (!is_alias(user, attribute) || !has_value(pool.pool, user, attribute, *value)) continue;
            if (!wanted.takes_aliases || attribute == "preferred_username") {
                throw CognitoError::alias_exists("An account with the " + std::string(attribute) +
                                                 " already exists.");
            }
            User loser = user;
            loser.attributes[std::string(attribute) + "_verified"] = "false";
            loser.modified = clock_.now();
            save(pool, std::move(loser));
        }
    }
}

void UserPools::save(Pool& pool, User user) {
    std::string key = key_of(pool.pool, user.username);
    rows_.save(user_row(pool.pool.id, key), to_row(user));
    pool.users.insert_or_assign(std::move(key), std::move(user));
}

User UserPools::add_user(std::string_view pool_id, const NewUser& new_user) {
    const std::lock_guard lock(mutex_);
    Pool& pool = at(pool_id);
    NewUser wanted = new_user;
    if (wanted.sub.empty()) wanted.sub = make_uuid();
    if (pool.pool.has_username_attributes()) {
        name_by_attribute(pool, wanted);
    } else if (pool.users.contains(key_of(pool.pool, wanted.username))) {
        throw CognitoError::username_exists("User account already exists");
    }
    check_attributes(pool.pool.schema, wanted.attributes);
    settle_aliases(pool, wanted);
    wanted.attributes["sub"] = wanted.sub;
    const Timestamp now = clock_.now();
    User user{.username = std::move(wanted.username),
              .attributes = std::move(wanted.attributes),
              .created = now,
              .modified = now,
              .enabled = wanted.enabled,
              .status = std::move(wanted.status)};
    save(pool, user);
    return user;
}

bool UserPools::has_user(std::string_view pool_id, std::string_view name) {
    const std::lock_guard lock(mutex_);
    return find(at(pool_id), name) != nullptr;
}

User UserPools::get_user(std::string_view pool_id, std::string_view name) {
    const std::lock_guard lock(mutex_);
    return require(at(pool_id), name);
}

void UserPools::remove_user(std::string_view pool_id, std::string_view name) {
    const std::lock_guard lock(mutex_);
    Pool& pool = at(pool_id);
    const std::string key = key_of(pool.pool, require(pool, name).username);
    rows_.erase(std::array{user_row(pool_id, key)});
    pool.users.erase(pool.users.find(key));
}

UserPage UserPools::list_users(std::string_view pool_id, const UserPageRequest& request) {
    const std::lock_guard lock(mutex_);
    const Pool& pool = at(pool_id);
    UserPage page;
    std::string last;
    for (auto each = pool.users.upper_bound(request.after); each != pool.users.end(); ++each) {
        if (!request.filter.matches(each->second)) continue;
        if (page.users.size() == request.limit) {
            page.last_key = last;
            break;
        }
        page.users.push_back(each->second);
        last = each->first;
    }
    return page;
}

}  // namespace tailrace::server
