#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "engine/table/state_row.hpp"
#include "server/cognito/user.hpp"
#include "server/cognito/user_filter.hpp"
#include "server/cognito/user_pool.hpp"

namespace tailrace::server {

/// A user to add, as requested by AdminCreateUser or a file of users.
struct NewUser {
    std::string username;
    UserAttributes attributes = {};
    /// The user's "sub"; if empty, a new one is made.
    std::string sub = {};
    bool enabled = true;
    std::string status = "FORCE_CHANGE_PASSWORD";
    /// If empty, the current time.
    std::optional<Timestamp> created = {};
    std::optional<Timestamp> modified = {};
    /// True to take an alias away from the user who has it. Only email addresses and phone numbers can be
    /// taken away.
    bool takes_aliases = false;
};

/// Some of a pool's users, in the order of their names.
struct UserPage {
    std::vector<User> users;
    /// The key of the last user; empty if there are no more.
    std::string last_key;
};

struct UserPageRequest {
    std::size_t limit;
    /// The page begins after this key; empty for the first page.
    std::string after = {};
    UserFilter filter;
    /// The attributes that are asked for; empty for all.
    std::vector<std::string> wanted = {};
};

/// The user pools of Amazon Cognito and their users: who the users are, not how they sign in. They are kept
/// with the tables, and read from there when first used.
///
/// Functions that take a pool's id throw CognitoError if there is no such pool. All functions throw
/// StorageError.
/// Thread-safe.
class UserPools {
  public:
    /// The database and the clock must outlive the pools.
    UserPools(table::Database& database, const Clock& clock);

    /// Forgets what is in memory. It is read again when it is used.
    void forget();

    /// Creates a pool from the members of CreateUserPool, whose shapes have been checked. `id` must be new.
    UserPool create(const boost::json::object& request, const std::string& id);
    bool has(std::string_view pool_id);
    UserPool get(std::string_view pool_id);
    std::size_t count_users(std::string_view pool_id);
    /// Returns at most `limit` pools, in the order of their ids, beginning after `after`.
    std::vector<UserPool> list(std::string_view after, std::size_t limit);
    /// Removes a pool with its users.
    void remove(std::string_view pool_id);

    User add_user(std::string_view pool_id, const NewUser& new_user);
    bool has_user(std::string_view pool_id, std::string_view name);
    /// Finds a user by name, by sub, or by an alias. Throws CognitoError if there is no such user.
    User get_user(std::string_view pool_id, std::string_view name);
    void remove_user(std::string_view pool_id, std::string_view name);
    UserPage list_users(std::string_view pool_id, const UserPageRequest& request);

  private:
    struct Pool {
        UserPool pool;
        /// Keyed by username, in lower case if the pool ignores case.
        std::map<std::string, User, std::less<>> users = {};
        /// Finds the keys in `users` by other attributes: by "sub=…", and by aliases such as "email=…".
        std::map<std::string, std::string, std::less<>> keys = {};

        void insert(User user);
        void erase(const std::string& key);
    };
    using Pools = std::map<std::string, Pool, std::less<>>;

    Pools& loaded();
    Pool& at(std::string_view pool_id);
    static const User* find(const Pool& pool, std::string_view name);
    const User& require(const Pool& pool, std::string_view name) const;
    static void name_by_attribute(const Pool& pool, NewUser& wanted);
    static void check_name(const Pool& pool, NewUser& wanted);
    void settle_aliases(Pool& pool, const NewUser& wanted);
    static void require_attributes(const Pool& pool, const UserPage& page,
                                   const std::vector<std::string>& wanted);
    void save(Pool& pool, User user);

    const Clock& clock_;
    /// "pool/ID", and "user/ID/KEY" for each of its users.
    table::StateRows rows_;
    std::mutex mutex_;
    bool is_loaded_ = false;
    Pools pools_;
};

}  // namespace tailrace::server
