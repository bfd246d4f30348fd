#include "engine/operation/transactions/request_token.hpp"

#include <boost/json.hpp>
#include <map>

#include "engine/model/stable_hash.hpp"

namespace tailrace::operation {
namespace {

namespace json = boost::json;

json::value sorted(const json::value& value) {
    if (const auto* array = value.if_array()) {
        json::array out;
        for (const json::value& each : *array) out.push_back(sorted(each));
        return out;
    }
    const auto* object = value.if_object();
    if (object == nullptr) return value;
    std::map<std::string_view, const json::value*> members;
    for (const auto& each : *object) members.emplace(each.key(), &each.value());
    json::object out;
    for (const auto& [name, member] : members) out.emplace(name, sorted(*member));
    return out;
}

}  // namespace

std::optional<table::RequestToken> read_request_token(const Request& request, std::string_view member) {
    const auto text = request.text("ClientRequestToken");
    if (!text) return std::nullopt;
    return table::RequestToken{*text, stable_hash(json::serialize(sorted(*request.find(member))))};
}

}  // namespace tailrace::operation
