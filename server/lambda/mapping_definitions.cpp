#include "server/lambda/mapping_definitions.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "engine/model/json_text.hpp"
#include "engine/table/state_row.hpp"
#include "server/lambda/lambda_error.hpp"
#include "stream/mapping/parameters/mapping_configuration.hpp"
#include "stream/mapping/parameters/mapping_options.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view state_name = "event-source-mappings";

/// Reads one row and notes the first thing that is wrong with it.
class RowReader {
  public:
    explicit RowReader(const json::value& row) : row_(row) {}

    std::string text(std::string_view name) {
        const json::value* value = find(name);
        if (value != nullptr && value->is_string()) return std::string(value->get_string());
        note("its " + std::string(name) + " cannot be read");
        return {};
    }

    Timestamp time(std::string_view name) {
        const json::value* value = find(name);
        json::error_code error;
        std::int64_t microseconds = 0;
        if (value != nullptr && value->is_number()) microseconds = value->to_number<std::int64_t>(error);
        if (microseconds == 0 || error) note("its " + std::string(name) + " cannot be read");
        return Timestamp(std::chrono::microseconds(error ? 0 : microseconds));
    }

    /// Leaves out parameters that are wrong.
    stream::MappingParameters parameters() {
        const json::value* value = find("Parameters");
        if (value == nullptr || !value->is_object()) {
            note("its Parameters cannot be read");
            return {};
        }
        json::object good;
        for (const json::key_value_pair& member : value->get_object()) {
            try {
                stream::read_parameters({{member.key(), member.value()}});
                good[member.key()] = member.value();
            } catch (const stream::InvalidMapping& error) {
                note("its " + std::string(member.key()) + " is wrong: " + error.what());
            }
        }
        return stream::read_parameters(good);
    }

    ResourceTags tags() try {
        return row_.is_object() ? read_tags(row_.get_object()) : ResourceTags();
    } catch (const LambdaError& error) {
        note("its Tags are wrong: " + error.message());
        return {};
    }

    void note(const std::string& fault) {
        if (!fault_) fault_ = fault;
    }
    const std::optional<std::string>& fault() const { return fault_; }

  private:
    const json::value* find(std::string_view name) const {
        return row_.is_object() ? row_.get_object().if_contains(name) : nullptr;
    }

    const json::value& row_;
    std::optional<std::string> fault_;
};

void add(MappingDefinitions& to, const json::value& row) {
    RowReader reader(row);
    if (!row.is_object()) reader.note("its stored definition cannot be read");
    std::string uuid = reader.text("UUID");
    MappingDefinition definition;
    definition.function_name = reader.text("FunctionName");
    definition.table_name = reader.text("TableName");
    definition.event_source_arn = reader.text("EventSourceArn");
    definition.last_modified = reader.time("LastModified");
    definition.parameters = reader.parameters();
    definition.tags = reader.tags();
    const std::string& destination = definition.parameters.on_failure;
    if (!destination.empty() && !stream::is_destination_name(destination)) {
        reader.note("its destination '" + destination +
                    "' is a path or a URL, which only the command line and the file of --config may name; "
                    "give it an ARN");
    }
    if (to.contains(uuid)) reader.note("another mapping has the same UUID");
    if (uuid.empty() || to.contains(uuid)) uuid = stream::mapping_id(json::serialize(row));
    if (reader.fault()) {
        definition.start_error = *reader.fault();
        definition.damaged_row = row;
    }
    to.try_emplace(std::move(uuid), std::move(definition));
}

/// Makes a string that can be stored as JSON from text that is not JSON.
json::string printable(std::string text) {
    const auto is_unprintable = [](char c) { return c < ' ' || c > '~'; };
    std::ranges::replace_if(text, is_unprintable, '?');
    return json::string(text);
}

json::value row_of(const std::string& uuid, const MappingDefinition& definition) {
    if (!definition.damaged_row.is_null()) return definition.damaged_row;
    json::object row{{"UUID", uuid},
                     {"FunctionName", definition.function_name},
                     {"TableName", definition.table_name},
                     {"EventSourceArn", definition.event_source_arn},
                     {"LastModified", definition.last_modified.time_since_epoch().count()},
                     {"Parameters", stream::parameters_json(definition.parameters)}};
    if (!definition.tags.empty()) row["Tags"] = tags_json(definition.tags);
    return row;
}

}  // namespace

MappingDefinitions load_definitions(Engine& engine) {
    MappingDefinitions definitions;
    const auto saved = table::StateRow(engine.database(), std::string(state_name)).load();
    if (!saved) return definitions;
    json::error_code error;
    const json::value parsed = parse_json(*saved, error);
    if (error || !parsed.is_array()) {
        add(definitions, printable(*saved));
        return definitions;
    }
    for (const json::value& row : parsed.get_array()) add(definitions, row);
    return definitions;
}

void save_definitions(Engine& engine, const MappingDefinitions& definitions) {
    json::array all;
    for (const auto& [uuid, definition] : definitions) all.push_back(row_of(uuid, definition));
    table::StateRow(engine.database(), std::string(state_name)).save(json::serialize(all));
}

}  // namespace tailrace::server
