#include "server/namespace_stores.hpp"

#include <boost/json.hpp>
#include <exception>

#include "engine/model/json_text.hpp"

namespace tailrace::server {
namespace {

constexpr std::string_view row_prefix = "file/namespaces/";

}  // namespace

std::string NamespaceStores::row_of(std::string_view name) {
    return std::string(row_prefix).append(name);
}

std::string NamespaceStores::text_of(const Kept& kept) {
    return boost::json::serialize(boost::json::object{
        {"Number", kept.number}, {"Clock", kept.clock}, {"Mappings", kept.has_given_mappings}});
}

NamespaceStores::Kept NamespaceStores::kept_in(std::string_view name, std::string_view text) try {
    const boost::json::value row = parse_json(text);
    return {.number = row.at("Number").to_number<std::uint64_t>(),
            .clock = std::string(row.at("Clock").as_string()),
            .has_given_mappings = row.at("Mappings").as_bool()};
} catch (const std::exception& error) {
    throw table::StorageError("the row of the namespace '" + std::string(name) +
                              "' cannot be read: " + error.what());
}

std::map<std::string, NamespaceStores::Kept> NamespaceStores::listed_in(table::Database& database) {
    std::map<std::string, Kept> listed;
    table::StateRows(database, std::string(row_prefix))
        .visit(
            [&](std::string_view name, std::string_view text) { listed.emplace(name, kept_in(name, text)); });
    return listed;
}

std::optional<NamespaceStores::Kept> NamespaceStores::find(const std::string& name) const {
    const std::optional<std::string> text = table::StateRow(database_, row_of(name)).load();
    return text ? std::optional(kept_in(name, *text)) : std::nullopt;
}

bool NamespaceStores::has_lost(const std::string& name, std::uint64_t number) const noexcept {
    try {
        const std::optional<Kept> kept = find(name);
        return !kept || kept->number != number;
    } catch (const std::exception&) {
        return false;
    }
}

}  // namespace tailrace::server
