#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "server/cognito/user_pools.hpp"

namespace tailrace::server {

struct PoolOfFile {
    /// Empty if the file gives none.
    std::string id = {};
    std::string name;
    /// The members of CreateUserPool, of the right shape.
    boost::json::object request = {};
    std::vector<NewUser> users = {};
};

/// Reads a file of pools and users:
///
///     {"UserPools": [{"Name": "cruddur", "Id": "us-east-1_AbCdEf123", "Users": [
///         {"Username": "andrewbrown", "Attributes": {"preferred_username": "andrewbrown"}}]}]}
///
/// Id is optional; a pool may also have the other members of CreateUserPool. A user may be in the form that
/// `aws cognito-idp list-users` prints; only Username is required. A "sub" among the attributes becomes the
/// user's own.
/// Throws std::runtime_error, which names the file and says what is wrong.
std::vector<PoolOfFile> read_users_file(const std::string& path);

/// Adds the pools and users that do not exist yet. Existing ones do not change. If the file does not give a
/// pool's id or a user's sub, it is made from the names, so that it is the same after each start. Throws
/// std::runtime_error for a user that the pool refuses, CognitoError and StorageError.
void add_missing(UserPools& pools, const std::vector<PoolOfFile>& wanted, const std::string& region);

}  // namespace tailrace::server
