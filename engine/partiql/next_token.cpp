#include "engine/partiql/next_token.hpp"

#include <boost/json.hpp>
#include <utility>

#include "engine/model/api_error.hpp"
#include "engine/model/attribute_json.hpp"
#include "engine/model/base64.hpp"

namespace tailrace::partiql {
namespace {

namespace json = boost::json;

std::optional<NextToken> read(const json::object& object) {
    const auto* table = object.if_contains("Table");
    const auto* index = object.if_contains("Index");
    const auto* place = object.if_contains("Read");
    const auto* key = object.if_contains("Key");
    if (table == nullptr || !table->is_string() || index == nullptr || !index->is_string()) return {};
    if (place == nullptr || !place->is_int64() || place->get_int64() < 0) return {};
    NextToken token{.table = std::string(table->get_string()),
                    .index = std::string(index->get_string()),
                    .read = static_cast<std::size_t>(place->get_int64())};
    if (key == nullptr) return token;
    if (!key->is_object()) return {};
    try {
        token.key = parse_attribute_map(key->get_object());
    } catch (const ApiError&) {
        return {};
    }
    return token;
}

}  // namespace

std::string NextToken::text() const {
    json::object object{{"Table", table}, {"Index", index}, {"Read", read}};
    if (key) object["Key"] = to_json_object(*key);
    std::string text;
    append_base64(text, json::serialize(object));
    return text;
}

NextToken NextToken::parse(std::string_view text) {
    const auto decoded = decode_base64(text);
    if (!decoded) reject_next_token();
    boost::system::error_code error;
    const json::value value = json::parse(*decoded, error);
    if (error || !value.is_object()) reject_next_token();
    auto token = partiql::read(value.get_object());
    if (!token) reject_next_token();
    return std::move(*token);
}

void reject_next_token() {
    throw ApiError::validation("Invalid NextToken");
}

}  // namespace tailrace::partiql
