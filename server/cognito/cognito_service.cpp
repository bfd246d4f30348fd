#include "server/cognito/cognito_service.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "engine/model/base64.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/request.hpp"
#include "engine/model/uuid.hpp"
#include "server/cognito/cognito_error.hpp"
#include "server/cognito/cognito_shapes.hpp"
#include "server/wire/wire_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

/// The most users, or pools, on a page.
constexpr std::size_t max_page = 60;

json::object read_object(std::string_view body) {
    json::error_code error;
    json::value value = parse_json(body, error);
    if (error || !value.is_object()) throw CognitoError::serialization({});
    return std::move(value.get_object());
}

/// A place in a list, as a token that is valid only for the same list. `list` names it.
std::string to_token(const std::string& list, std::string_view key) {
    std::string token;
    append_base64(token, list + "\n" + std::string(key));
    return token;
}

std::string from_token(const std::string& list, std::optional<std::string_view> token) {
    if (!token) return {};
    const std::optional<std::string> place = decode_base64(*token);
    if (!place || !place->starts_with(list + "\n")) {
        throw CognitoError::invalid_parameter("Invalid pagination token");
    }
    return place->substr(list.size() + 1);
}

UserAttributes read_attributes(const json::array* list) {
    UserAttributes attributes;
    if (list == nullptr) return attributes;
    for (const json::value& each : *list) {
        const Request attribute(each.as_object());
        attributes[std::string(attribute.text("Name").value_or(""))] = attribute.text("Value").value_or("");
    }
    return attributes;
}

/// Returns a user in the form of a list and of AdminCreateUser.
json::object shown_user(const User& user, json::array attributes) {
    return {{"Username", user.username},
            {"Attributes", std::move(attributes)},
            {"UserCreateDate", shown_moment(user.created)},
            {"UserLastModifiedDate", shown_moment(user.modified)},
            {"Enabled", user.enabled},
            {"UserStatus", user.status}};
}

json::array all_attributes(const User& user) {
    return attribute_list(user.attributes, [](std::string_view) { return true; });
}

class CognitoService {
  public:
    CognitoService(UserPools& pools, std::string region, std::string account_id)
        : pools_(pools), default_region_(std::move(region)), account_id_(std::move(account_id)) {}

    HttpResponse answer(const ServiceRequest& asked) const {
        const Operation* found = find(asked.operation);
        if (found == nullptr) {
            throw CognitoError::unknown_operation(std::string(asked.operation) +
                                                  " of Amazon Cognito is not supported.");
        }
        const json::object request = checked_request(asked.operation, read_object(asked.body));
        const std::optional<json::object> answer = (this->*found->run)(Request(request), asked.caller);
        HttpResponse response;
        response.content_type = "application/x-amz-json-1.1";
        if (answer) response.body = json::serialize(*answer);
        return response;
    }

  private:
    /// Nullopt for an operation whose answer has no body.
    using Answer = std::optional<json::object>;
    struct Operation {
        std::string_view name;
        Answer (CognitoService::*run)(const Request&, const Caller&) const;
    };

    static const Operation* find(std::string_view name) {
        static constexpr std::array<Operation, 8> operations = {{
            {"AdminCreateUser", &CognitoService::admin_create_user},
            {"AdminDeleteUser", &CognitoService::admin_delete_user},
            {"AdminGetUser", &CognitoService::admin_get_user},
            {"CreateUserPool", &CognitoService::create_user_pool},
            {"DeleteUserPool", &CognitoService::delete_user_pool},
            {"DescribeUserPool", &CognitoService::describe_user_pool},
            {"ListUserPools", &CognitoService::list_user_pools},
            {"ListUsers", &CognitoService::list_users},
        }};
        const auto found = std::ranges::find(operations, name, &Operation::name);
        return found == operations.end() ? nullptr : found;
    }

    static std::string_view pool_of(const Request& request) { return *request.text("UserPoolId"); }

    Answer admin_create_user(const Request& request, const Caller&) const {
        if (request.text("MessageAction") == "RESEND") return resend(request);
        NewUser wanted;
        wanted.username = *request.text("Username");
        wanted.attributes = read_attributes(request.list("UserAttributes"));
        wanted.takes_aliases = request.flag("ForceAliasCreation").value_or(false);
        // The password is checked but not stored, because nobody signs in.
        if (const auto password = request.text("TemporaryPassword")) {
            check_password(pools_.get(pool_of(request)), *password);
        }
        const User user = pools_.add_user(pool_of(request), wanted);
        return json::object{{"User", shown_user(user, all_attributes(user))}};
    }

    /// Invitations are never sent, neither the first time nor again.
    Answer resend(const Request& request) const {
        const User user = pools_.get_user(pool_of(request), *request.text("Username"));
        if (user.status != "FORCE_CHANGE_PASSWORD") {
            throw CognitoError::unsupported_state("Resend not possible. " + user.username +
                                                  " status is not FORCE_CHANGE_PASSWORD");
        }
        return json::object{{"User", shown_user(user, all_attributes(user))}};
    }

    Answer admin_delete_user(const Request& request, const Caller&) const {
        pools_.remove_user(pool_of(request), *request.text("Username"));
        return std::nullopt;
    }

    Answer admin_get_user(const Request& request, const Caller&) const {
        const User user = pools_.get_user(pool_of(request), *request.text("Username"));
        json::object answer = shown_user(user, {});
        answer.erase("Attributes");
        answer["UserAttributes"] = all_attributes(user);
        return answer;
    }

    /// The region that the credentials name, if a pool's id can have it.
    const std::string& region_of(const Caller& caller) const {
        constexpr std::size_t max_length = 40;
        const std::string& named = caller.region;
        const bool fits =
            !named.empty() && named.size() <= max_length && std::ranges::all_of(named, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
            });
        return fits ? named : default_region_;
    }

    json::object described(const UserPool& pool, std::size_t users) const {
        json::object shown = description(pool);
        const std::string region = pool.id.substr(0, pool.id.rfind('_'));
        shown["Arn"] = "arn:aws:cognito-idp:" + region + ":" + account_id_ + ":userpool/" + pool.id;
        shown["EstimatedNumberOfUsers"] = users;
        return {{"UserPool", std::move(shown)}};
    }

    Answer create_user_pool(const Request& request, const Caller& caller) const {
        const std::string id = make_pool_id(region_of(caller), make_uuid());
        return described(pools_.create(request.json(), id), 0);
    }

    Answer delete_user_pool(const Request& request, const Caller&) const {
        pools_.remove(pool_of(request));
        return std::nullopt;
    }

    Answer describe_user_pool(const Request& request, const Caller&) const {
        return described(pools_.get(pool_of(request)), pools_.count_users(pool_of(request)));
    }

    Answer list_user_pools(const Request& request, const Caller&) const {
        const auto limit = static_cast<std::size_t>(*request.integer("MaxResults"));
        // Asks for one more, to know whether there is another page.
        std::vector<UserPool> pools = pools_.list(from_token("pools", request.text("NextToken")), limit + 1);
        json::object answer;
        if (pools.size() > limit) {
            pools.pop_back();
            answer["NextToken"] = to_token("pools", pools.back().id);
        }
        json::array shown;
        for (const UserPool& pool : pools) {
            shown.push_back({{"Id", pool.id},
                             {"Name", pool.name},
                             {"LambdaConfig", json::object{}},
                             {"LastModifiedDate", shown_moment(pool.created)},
                             {"CreationDate", shown_moment(pool.created)}});
        }
        answer["UserPools"] = std::move(shown);
        return answer;
    }

    Answer list_users(const Request& request, const Caller&) const {
        const UserPool pool = pools_.get(pool_of(request));
        const json::array* names = request.list("AttributesToGet");
        const auto is_wanted = [names](std::string_view name) {
            return names == nullptr || std::ranges::find(*names, json::value(name)) != names->end();
        };
        const std::string_view filter = request.text("Filter").value_or("");
        const std::string list = pool.id + " " + std::string(filter);
        const auto limit = static_cast<std::size_t>(request.integer("Limit").value_or(0));
        const UserPage page =
            pools_.list_users(pool.id, {.limit = limit == 0 ? max_page : limit,
                                        .after = from_token(list, request.text("PaginationToken")),
                                        .filter = UserFilter(filter),
                                        .wanted = read_names(names)});
        json::array users;
        for (const User& user : page.users) {
            users.push_back(shown_user(user, attribute_list(user.attributes, is_wanted)));
        }
        json::object answer{{"Users", std::move(users)}};
        if (!page.last_key.empty()) answer["PaginationToken"] = to_token(list, page.last_key);
        return answer;
    }

    static std::vector<std::string> read_names(const json::array* names) {
        std::vector<std::string> read;
        if (names == nullptr) return read;
        for (const json::value& name : *names) read.emplace_back(name.as_string());
        return read;
    }

    UserPools& pools_;
    const std::string default_region_;
    const std::string account_id_;
};

}  // namespace

void serve_cognito(Router& router, UserPools& pools, std::string region, std::string account_id) {
    const auto service =
        std::make_shared<const CognitoService>(pools, std::move(region), std::move(account_id));
    router.add_service({.prefix = cognito_target,
                        .signing = {"cognito-idp"},
                        .function = [service](const ServiceRequest& request) {
                            try {
                                return service->answer(request);
                            } catch (const CognitoError& error) {
                                return error.response();
                            } catch (const std::exception& error) {
                                return CognitoError::internal(error.what()).response();
                            }
                        }});
}

}  // namespace tailrace::server
