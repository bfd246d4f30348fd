#include "server/cognito/user_pool.hpp"

#include <algorithm>
#include <utility>

#include "engine/model/json_text.hpp"
#include "engine/model/request.hpp"
#include "server/cognito/cognito_error.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::int64_t default_min_password = 8;

bool lists(const json::object& settings, std::string_view member, std::string_view attribute) {
    const json::array* list = Request(settings).list(member);
    return list != nullptr && std::ranges::find(*list, json::value(attribute)) != list->end();
}

bool has_any(const json::object& settings, std::string_view member) {
    const json::array* list = Request(settings).list(member);
    return list != nullptr && !list->empty();
}

/// The settings of a pool for which CreateUserPool sent none. Source: CreateUserPool in the API reference.
json::object default_settings() {
    constexpr std::int64_t days = 7;
    json::object password{{"MinimumLength", default_min_password},
                          {"RequireUppercase", true},
                          {"RequireLowercase", true},
                          {"RequireNumbers", true},
                          {"RequireSymbols", true},
                          {"TemporaryPasswordValidityDays", days}};
    return {
        {"Policies", {{"PasswordPolicy", std::move(password)}}},
        {"DeletionProtection", "INACTIVE"},
        {"LambdaConfig", json::object{}},
        {"VerificationMessageTemplate", {{"DefaultEmailOption", "CONFIRM_WITH_CODE"}}},
        {"UserAttributeUpdateSettings", {{"AttributesRequireVerificationBeforeUpdate", json::array{}}}},
        {"MfaConfiguration", "OFF"},
        {"EmailConfiguration", {{"EmailSendingAccount", "COGNITO_DEFAULT"}}},
        {"UserPoolTags", json::object{}},
        {"AdminCreateUserConfig", {{"AllowAdminCreateUserOnly", false}, {"UnusedAccountValidityDays", days}}},
        {"AccountRecoverySetting",
         {{"RecoveryMechanisms", json::array{{{"Priority", 1}, {"Name", "verified_email"}},
                                             {{"Priority", 2}, {"Name", "verified_phone_number"}}}}}},
        {"UserPoolTier", "ESSENTIALS"}};
}

/// Returns the PasswordPolicy in force.
json::object password_policy(const UserPool& pool) {
    const json::object shown = description(pool);
    const auto policy = Request(shown.at("Policies").as_object()).structure("PasswordPolicy");
    return policy ? policy->json() : default_settings().at("Policies").at("PasswordPolicy").as_object();
}

}  // namespace

bool UserPool::is_case_sensitive() const {
    const auto configuration = Request(settings).structure("UsernameConfiguration");
    return !configuration || configuration->flag("CaseSensitive").value_or(true);
}

bool UserPool::has_username_attribute(std::string_view attribute) const {
    return lists(settings, "UsernameAttributes", attribute);
}

bool UserPool::has_username_attributes() const {
    return has_any(settings, "UsernameAttributes");
}

bool UserPool::has_alias(std::string_view attribute) const {
    return lists(settings, "AliasAttributes", attribute);
}

std::string make_pool_id(const std::string& region, std::string uuid) {
    constexpr std::size_t digits = 9;
    std::erase(uuid, '-');
    return region + "_" + uuid.substr(0, digits);
}

UserPool read_user_pool(std::string id, const json::object& request, Timestamp created) {
    const Request members(request);
    const json::object* triggers = members.map("LambdaConfig");
    if (triggers != nullptr && !triggers->empty()) {
        throw CognitoError::invalid_parameter(
            "Tailrace calls no functions for user pools; leave LambdaConfig out.");
    }
    if (members.text("DeletionProtection") == "ACTIVE") {
        throw CognitoError::invalid_parameter(
            "Tailrace has no UpdateUserPool, so a protected pool could never be deleted; leave "
            "DeletionProtection out.");
    }
    if (has_any(request, "AliasAttributes") && has_any(request, "UsernameAttributes")) {
        throw CognitoError::invalid_parameter(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.");
    }
    UserPool pool{.id = std::move(id),
                  .name = std::string(members.text("PoolName").value_or("")),
                  .created = created,
                  .settings = {},
                  .schema = read_schema(members.list("Schema"))};
    for (const auto& member : request) {
        if (member.key() != "PoolName" && !member.value().is_null()) {
            pool.settings[member.key()] = member.value();
        }
    }
    return pool;
}

json::object description(const UserPool& pool) {
    json::object shown{{"Id", pool.id}, {"Name", pool.name}};
    for (const auto& member : default_settings()) shown[member.key()] = member.value();
    for (const auto& member : pool.settings) {
        if (member.key() == "Schema") continue;
        json::value& known = shown[member.key()];
        if (known.is_object() && member.value().is_object()) {
            for (const auto& part : member.value().get_object())
                known.get_object()[part.key()] = part.value();
        } else {
            known = member.value();
        }
    }
    shown["SchemaAttributes"] = shown_schema(pool.schema);
    shown["CreationDate"] = shown_moment(pool.created);
    shown["LastModifiedDate"] = shown_moment(pool.created);
    return shown;
}

void check_password(const UserPool& pool, std::string_view password) {
    const json::object json = password_policy(pool);
    const Request policy(json);
    const auto has = [password](auto is_wanted) { return std::ranges::any_of(password, is_wanted); };
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto is_symbol = [](char c) {
        return std::string_view("^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ").find(c) != std::string_view::npos;
    };
    const auto requires_one = [&policy](std::string_view name) { return policy.flag(name).value_or(false); };
    const auto length = static_cast<std::int64_t>(password.size());
    if (length < policy.integer("MinimumLength").value_or(default_min_password)) {
        throw CognitoError::invalid_password("Password not long enough");
    }
    if (requires_one("RequireUppercase") && !has(is_upper)) {
        throw CognitoError::invalid_password("Password must have uppercase characters");
    }
    if (requires_one("RequireLowercase") && !has(is_lower)) {
        throw CognitoError::invalid_password("Password must have lowercase characters");
    }
    if (requires_one("RequireNumbers") && !has(is_digit)) {
        throw CognitoError::invalid_password("Password must have numeric characters");
    }
    if (requires_one("RequireSymbols") && !has(is_symbol)) {
        throw CognitoError::invalid_password("Password must have symbol characters");
    }
}

std::string to_row(const UserPool& pool) {
    return json::serialize(json::object{{"Id", pool.id},
                                        {"Created", pool.created.time_since_epoch().count()},
                                        {"Name", pool.name},
                                        {"Settings", pool.settings}});
}

UserPool pool_from_row(std::string_view text) {
    const json::value row = parse_json(text);
    json::object request = row.at("Settings").as_object();
    request["PoolName"] = row.at("Name");
    return read_user_pool(std::string(row.at("Id").as_string()), request,
                          Timestamp(std::chrono::microseconds(row.at("Created").as_int64())));
}

}  // namespace tailrace::server
