#include "server/cognito/user_pools.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/ascii_case.hpp"
#include "engine/model/uuid.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::server {
namespace {

/// Source: Amazon Cognito's quotas, user pools in an account.
constexpr std::size_t max_pools = 1000;

constexpr std::array<std::string_view, 3> alias_attributes = {"email", "phone_number", "preferred_username"};

/// Returns a name or a value in the form in which the pool compares it. If the pool ignores case, its ASCII
/// letters are in lower case.
std::string key_of(const UserPool& pool, std::string_view name) {
    return pool.is_case_sensitive() ? std::string(name) : lower_case(name);
}

std::string pool_row(std::string_view pool_id) {
    return "pool/" + std::string(pool_id);
}

std::string user_row(std::string_view pool_id, std::string_view key) {
    return "user/" + std::string(pool_id) + "/" + std::string(key);
}

/// An email address or a phone number is an alias only after it has been verified. Source: "Customizing
/// sign-in attributes".
bool is_verified(const User& user, std::string_view attribute) {
    if (attribute == "preferred_username") return true;
    const std::string* verified = user.attribute(std::string(attribute) + "_verified");
    return verified != nullptr && *verified == "true";
}

/// Returns true if the user is found by the value of the attribute.
bool is_found_by(const UserPool& pool, const User& user, std::string_view attribute) {
    return pool.has_username_attribute(attribute) ||
           (pool.has_alias(attribute) && is_verified(user, attribute));
}

std::string index_key(const UserPool& pool, std::string_view attribute, std::string_view value) {
    return std::string(attribute) + "=" + key_of(pool, value);
}

/// Returns the keys, other than the username, by which the user is found.
std::vector<std::string> index_keys(const UserPool& pool, const User& user) {
    std::vector<std::string> keys;
    if (const std::string* sub = user.attribute("sub")) keys.push_back("sub=" + *sub);
    for (const std::string_view attribute : alias_attributes) {
        const std::string* value = user.attribute(attribute);
        if (value != nullptr && is_found_by(pool, user, attribute)) {
            keys.push_back(index_key(pool, attribute, *value));
        }
    }
    return keys;
}

}  // namespace

UserPools::UserPools(table::Database& database, const Clock& clock)
    : clock_(clock), rows_(database, "cognito/") {}

void UserPools::Pool::insert(User user) {
    std::string key = key_of(pool, user.username);
    erase(key);
    for (std::string& name : index_keys(pool, user)) keys.insert_or_assign(std::move(name), key);
    users.emplace(std::move(key), std::move(user));
}

void UserPools::Pool::erase(const std::string& key) {
    const auto found = users.find(key);
    if (found == users.end()) return;
    for (const std::string& name : index_keys(pool, found->second)) {
        const auto entry = keys.find(name);
        if (entry != keys.end() && entry->second == key) keys.erase(entry);
    }
    users.erase(found);
}

void UserPools::forget() {
    const std::lock_guard lock(mutex_);
    pools_.clear();
    is_loaded_ = false;
}

UserPools::Pools& UserPools::loaded() {
    if (is_loaded_ && !rows_.are_shared()) return pools_;
    Pools pools;
    // Pools come first, because "pool/" is before "user/".
    rows_.visit([&pools](std::string_view row, std::string_view text) {
        if (row.starts_with("pool/")) {
            UserPool pool = pool_from_row(text);
            std::string id = pool.id;
            pools.emplace(std::move(id), Pool{.pool = std::move(pool)});
            return;
        }
        const std::string_view place = row.substr(row.find('/') + 1);
        const std::size_t slash = place.find('/');
        const auto pool = pools.find(place.substr(0, slash));
        if (pool != pools.end()) {
            pool->second.insert(user_from_row(text));
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
    pools.emplace(id, Pool{.pool = pool});
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
    std::vector<std::string> rows{pool_row(pool_id)};
    for (const auto& user : pool.users) rows.push_back(user_row(pool_id, user.first));
    rows_.erase(rows);
    pools_.erase(pools_.find(pool_id));
}

const User* UserPools::find(const Pool& pool, std::string_view name) {
    const auto found = pool.users.find(key_of(pool.pool, name));
    if (found != pool.users.end()) return &found->second;
    std::vector<std::string> names{"sub=" + std::string(name)};
    for (const std::string_view attribute : alias_attributes) {
        names.push_back(index_key(pool.pool, attribute, name));
    }
    for (const std::string& each : names) {
        const auto key = pool.keys.find(each);
        if (key != pool.keys.end()) return &pool.users.find(key->second)->second;
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
        if (takes_email && takes_phone) {
            throw CognitoError::invalid_parameter("Username should be either an email or a phone number.");
        }
        throw CognitoError::invalid_parameter(takes_email ? "Username should be an email."
                                                          : "Username should be a phone number.");
    }
    const std::string attribute = is_email ? "email" : "phone_number";
    if (find(pool, wanted.username) != nullptr) {
        throw CognitoError::username_exists("An account with the given " + attribute + " already exists.");
    }
    wanted.attributes[attribute] = key_of(pool.pool, wanted.username);
    wanted.username = wanted.sub;
}

/// Refuses a name that looks like an alias, because it could be mistaken for one, and a name that is taken.
/// Sources: AWS's answers to SignUp in public issue threads; "Customizing sign-in attributes" and "User pool
/// case sensitivity" in the developer guide.
void UserPools::check_name(const Pool& pool, NewUser& wanted) {
    if (pool.pool.has_alias("email") && wanted.username.find('@') != std::string::npos) {
        throw CognitoError::invalid_parameter(
            "Username cannot be of email format, since user pool is configured for email alias.");
    }
    if (pool.pool.has_alias("phone_number") && wanted.username.starts_with('+')) {
        throw CognitoError::invalid_parameter(
            "Username cannot be of phone number format, since user pool is configured for phone number "
            "alias.");
    }
    wanted.username = key_of(pool.pool, wanted.username);
    if (pool.users.contains(wanted.username)) {
        throw CognitoError::username_exists("User account already exists");
    }
}

/// An alias belongs to one user of a pool only. It is a verified email address or phone number, or a
/// preferred username. An alias of `wanted` may already belong to another user. If wanted.takes_aliases is
/// set and the alias is an address or a number, it is taken away from the other user. Otherwise throws
/// CognitoError.
void UserPools::settle_aliases(Pool& pool, const NewUser& wanted) {
    const User candidate{.username = {},
                         .attributes = wanted.attributes,
                         .created = {},
                         .modified = {},
                         .enabled = true,
                         .status = {}};
    for (const std::string_view attribute : alias_attributes) {
        const std::string* value = candidate.attribute(attribute);
        if (value == nullptr || !pool.pool.has_alias(attribute) || !is_verified(candidate, attribute))
            continue;
        const auto taken = pool.keys.find(index_key(pool.pool, attribute, *value));
        if (taken == pool.keys.end()) continue;
        if (!wanted.takes_aliases || attribute == "preferred_username") {
            throw CognitoError::alias_exists("An account with the " + std::string(attribute) +
                                             " already exists.");
        }
        User loser = pool.users.find(taken->second)->second;
        loser.attributes[std::string(attribute) + "_verified"] = "false";
        loser.modified = clock_.now();
        save(pool, std::move(loser));
    }
}

void UserPools::save(Pool& pool, User user) {
    rows_.save(user_row(pool.pool.id, key_of(pool.pool, user.username)), to_row(user));
    pool.insert(std::move(user));
}

User UserPools::add_user(std::string_view pool_id, const NewUser& new_user) {
    const std::lock_guard lock(mutex_);
    Pool& pool = at(pool_id);
    NewUser wanted = new_user;
    if (wanted.sub.empty()) wanted.sub = make_uuid();
    if (pool.pool.has_username_attributes()) {
        name_by_attribute(pool, wanted);
    } else {
        check_name(pool, wanted);
    }
    check_attributes(pool.pool.schema, wanted.attributes);
    settle_aliases(pool, wanted);
    wanted.attributes["sub"] = wanted.sub;
    const Timestamp now = clock_.now();
    User user{.username = std::move(wanted.username),
              .attributes = std::move(wanted.attributes),
              .created = wanted.created.value_or(now),
              .modified = wanted.modified.value_or(now),
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
    pool.erase(key);
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
    require_attributes(pool, page, request.wanted);
    return page;
}

/// Throws CognitoError unless the users have the wanted attributes. Source: AttributesToGet of ListUsers in
/// the API reference. "Cognito returns an error if not all users in the results have set a value for the
/// attribute". If users cannot be searched by the attribute, all users of the pool must have it.
void UserPools::require_attributes(const Pool& pool, const UserPage& page,
                                   const std::vector<std::string>& wanted) {
    for (const std::string& name : wanted) {
        const auto has_it = [&name](const User& user) { return user.attribute(name) != nullptr; };
        const auto has_it_too = [&has_it](const auto& entry) { return has_it(entry.second); };
        const bool all_have_it = find_attribute(pool.pool.schema, name) != nullptr &&
                                 std::ranges::all_of(page.users, has_it) &&
                                 (is_searchable(name) || std::ranges::all_of(pool.users, has_it_too));
        if (!all_have_it) {
            throw CognitoError::invalid_parameter("One or more requested attributes do not exist.");
        }
    }
}

}  // namespace tailrace::server
