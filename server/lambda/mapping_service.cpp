#include "server/lambda/mapping_service.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/model/json_text.hpp"
#include "engine/model/uuid.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/unknown_function.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;
using stream::MappingConfiguration;
using stream::MappingStatus;

[[noreturn]] void refuse_unknown_mapping() {
    throw LambdaError::resource_not_found("The resource you requested does not exist.");
}

[[noreturn]] void rethrow(const stream::InvalidMapping& error) {
    if (error.name() == "ValidationException") throw LambdaError::validation(error.what());
    if (error.name() == "SerializationException") throw LambdaError::serialization(error.what());
    throw LambdaError::invalid_parameter_value(error.what());
}

std::string last_processing_result(const MappingStatus& status) {
    if (status.fault) return "PROBLEM: " + status.fault->reason;
    if (status.has_last_call_failed || status.state == stream::MappingState::retrying)
        return "PROBLEM: Function call failed";
    return status.batches == 0 ? "No records processed" : "OK";
}

std::string settled_state(const stream::MappingParameters& parameters) {
    return parameters.enabled ? "Enabled" : "Disabled";
}

/// How long to wait for the batches of other processes.

/// Returns the part of a function's name or ARN that is stored.
std::string kept_name(const std::string& name_or_arn) {
    return stream::FunctionReference::parse(name_or_arn).text();
}

std::string absent_function(const std::string& name) {
    return "there is no function " + name;
}

/// Returns the parameters of a damaged row, or null if the row is not damaged or has none.
const json::value* kept_parameters(const MappingDefinition& definition) {
    if (!definition.damaged_row.is_object()) return nullptr;
    const json::value* kept = definition.damaged_row.get_object().if_contains("Parameters");
    return kept != nullptr && kept->is_object() ? kept : nullptr;
}

/// Returns AWS's name for a change of parameters that is under way.
std::string changing_state(const stream::MappingParameters& from, const stream::MappingParameters& to) {
    if (from.enabled == to.enabled) return "Updating";
    return to.enabled ? "Enabling" : "Disabling";
}

}  // namespace

MappingService::MappingService(Engine& engine, stream::FunctionRegistry& functions,
                               stream::Dispatcher& dispatcher)
    : engine_(engine), functions_(functions), dispatcher_(dispatcher), started_(engine.clock().now()) {}

std::vector<std::string> MappingService::restore() {
    const std::lock_guard lock(mutex_);
    return start_saved();
}

std::vector<std::string> MappingService::restart(const std::function<void()>& replace) {
    const std::lock_guard lock(mutex_);
    dispatcher_.detach_all();
    started_tags_.clear();
    replace();
    return start_saved();
}

void MappingService::detach() {
    const std::lock_guard lock(mutex_);
    dispatcher_.detach_all();
}

std::vector<std::string> MappingService::start_saved() {
    definitions_ = load_definitions(engine_);
    std::vector<std::string> unstarted;
    for (auto& [uuid, definition] : definitions_) {
        if (definition.start_error.empty()) try_to_start(uuid, definition);
        if (definition.start_error.empty()) continue;
        unstarted.push_back("the event source mapping " + uuid +
                            " cannot be started: " + definition.start_error);
    }
    return unstarted;
}

void MappingService::try_to_start(const std::string& uuid, MappingDefinition& definition) try {
    const stream::Function function = functions_.find(definition.function_name);
    if (!function.handler) {
        definition.start_error = absent_function(definition.function_name);
    } else {
        start(uuid, definition, function);
    }
} catch (const std::exception& error) {
    definition.start_error = error.what();
}

/// Saves new definitions and then applies them. If applying fails, the old ones are saved again.
void MappingService::change(MappingDefinitions definitions, const std::function<void()>& apply) {
    save_definitions(engine_, definitions);
    try {
        apply();
    } catch (...) {
        save_definitions(engine_, definitions_);
        throw;
    }
    definitions_ = std::move(definitions);
}

void MappingService::start(const std::string& uuid, const MappingDefinition& definition,
                           const stream::Function& function) {
    stream::MappingOptions options;
    options.table_name = definition.table_name;
    options.handler_name = function.name;
    options.parameters = definition.parameters;
    options.stream_arn = definition.event_source_arn;
    options.id = uuid;
    options.function_arn = functions_.arn_of(definition.function_name);
    try {
        dispatcher_.add(std::move(options), function.handler);
    } catch (const std::invalid_argument& error) {
        throw LambdaError::invalid_parameter_value(error.what());
    }
}

json::object MappingService::create(const json::object& body) try {
    const stream::MappingRequest request = stream::read_create_request(body);
    const std::lock_guard lock(mutex_);
    const stream::Function function = function_named(request.function_name);
    MappingDefinition definition;
    definition.tags = read_tags(body);
    definition.function_name = kept_name(request.function_name);
    definition.table_name = table_of_stream(request.event_source_arn);
    definition.event_source_arn = request.event_source_arn;
    definition.last_modified = engine_.clock().now();
    definition.parameters = request.parameters;
    refuse_second(request.event_source_arn, definition.function_name);
    check(definition.parameters);
    const std::string uuid = make_uuid();
    MappingDefinitions definitions = definitions_;
    definitions[uuid] = definition;
    change(std::move(definitions), [&] { start(uuid, definition, function); });
    MappingConfiguration made = configuration(uuid, definition);
    made.state = "Creating";
    return stream::configuration_json(made);
} catch (const stream::InvalidMapping& error) {
    rethrow(error);
}

json::object MappingService::get(std::string_view uuid) {
    const std::lock_guard lock(mutex_);
    const auto found = find(uuid);
    if (!found) refuse_unknown_mapping();
    return stream::configuration_json(*found);
}

json::object MappingService::update(std::string_view uuid, const json::object& body) try {
    const std::lock_guard lock(mutex_);
    auto changed = find(uuid);
    if (!changed) refuse_unknown_mapping();
    const auto unstarted = definitions_.find(uuid);
    if (unstarted != definitions_.end() && !dispatcher_.find(uuid)) {
        // A copy, because the definitions are replaced meanwhile.
        const MappingDefinition before = unstarted->second;
        return mend(std::string(uuid), before, body);
    }
    const stream::MappingRequest request = stream::read_update_request(body, changed->parameters);
    stream::MappedFunction replacement;
    if (!request.function_name.empty()) {
        const stream::Function function = function_named(request.function_name);
        replacement = {function.handler, function.name, functions_.arn_of(kept_name(request.function_name))};
        changed->function_arn = replacement.function_arn;
    }
    check(request.parameters);
    changed->state = changing_state(changed->parameters, request.parameters);
    changed->parameters = request.parameters;
    const auto apply = [&] {
        const auto mapping = dispatcher_.find(uuid);
        if (mapping == nullptr) refuse_unknown_mapping();
        mapping->update(request.parameters, replacement);
    };
    MappingDefinitions definitions = definitions_;
    const auto definition = definitions.find(uuid);
    if (definition == definitions.end()) {
        // Other processes do not know the new parameters.
        if (sharing_ != nullptr) sharing_->keep_alone(std::string(uuid));
        apply();
    } else {
        changed->last_modified = engine_.clock().now();
        definition->second.last_modified = changed->last_modified;
        definition->second.parameters = request.parameters;
        if (replacement.handler) definition->second.function_name = kept_name(request.function_name);
        change(std::move(definitions), apply);
    }
    return stream::configuration_json(*changed);
} catch (const stream::InvalidMapping& error) {
    rethrow(error);
}

/// Updates a mapping that could not be started. After the update nothing may be wrong any more, so the
/// request must replace whatever was wrong.
json::object MappingService::mend(const std::string& uuid, const MappingDefinition& unstarted,
                                  const json::object& body) {
    if (unstarted.table_name.empty() || unstarted.event_source_arn.empty()) {
        throw LambdaError::invalid_parameter_value(
            "The mapping cannot be started: " + unstarted.start_error +
            ". It has lost its stream: delete it, and create it again.");
    }
    json::object wanted;
    for (const json::key_value_pair& member : body) {
        // Null means absent, and must not replace what was kept.
        if (!member.value().is_null()) wanted.insert(member);
    }
    if (const json::value* kept = kept_parameters(unstarted)) {
        for (const json::key_value_pair& member : kept->get_object()) wanted.insert(member);
    }
    const stream::MappingRequest request = stream::read_update_request(wanted, unstarted.parameters);
    const std::string& name = request.function_name;
    const stream::Function function =
        name.empty() ? functions_.find(unstarted.function_name) : function_named(name);
    check(request.parameters);
    MappingDefinition mended = unstarted;
    mended.parameters = request.parameters;
    mended.last_modified = engine_.clock().now();
    mended.damaged_row = nullptr;
    mended.start_error = function.handler ? "" : absent_function(unstarted.function_name);
    if (!name.empty()) mended.function_name = kept_name(name);
    MappingDefinitions definitions = definitions_;
    definitions[uuid] = mended;
    change(std::move(definitions), [&] {
        if (function.handler) start(uuid, mended, function);
    });
    MappingConfiguration changed = *find(uuid);
    changed.state = changing_state(unstarted.parameters, mended.parameters);
    return stream::configuration_json(changed);
}

/// False for a mapping that the processes were started with.
bool MappingService::is_defined(std::string_view uuid) {
    const std::lock_guard lock(mutex_);
    return definitions_.contains(uuid);
}

/// First waits until no other process has a batch of the mapping under way, so that nothing of the mapping is
/// saved afterwards.
json::object MappingService::remove(std::string_view uuid) try {
    stream::ShardSharing::Alone alone;
    if (sharing_ != nullptr && dispatcher_.find(uuid)) {
        alone = sharing_->alone(std::string(uuid));
        if (!is_defined(uuid)) sharing_->remove_everywhere(std::string(uuid));
    }
    const std::lock_guard lock(mutex_);
    auto removed = find(uuid);
    if (!removed) refuse_unknown_mapping();
    const auto definition = definitions_.find(uuid);
    if (definition != definitions_.end()) {
        MappingDefinitions definitions = definitions_;
        definitions.erase(definition->first);
        save_definitions(engine_, definitions);
        definitions_ = std::move(definitions);
    }
    if (dispatcher_.find(uuid)) {
        dispatcher_.remove(uuid);
    } else {
        dispatcher_.forget(uuid);
    }
    const auto tags = started_tags_.find(uuid);
    if (tags != started_tags_.end()) started_tags_.erase(tags);
    removed->state = "Deleting";
    return stream::configuration_json(*removed);
} catch (const stream::UnknownMapping&) {
    refuse_unknown_mapping();
} catch (const stream::OthersAreBusy& busy) {
    throw LambdaError::service(busy.what());
}

/// Throws LambdaError if a mapping cannot have these parameters.
void MappingService::check(const stream::MappingParameters& parameters) const try {
    dispatcher_.check(parameters);
} catch (const std::invalid_argument& error) {
    throw LambdaError::invalid_parameter_value(error.what());
}

json::object MappingService::list(const MappingSelection& selection) {
    const std::lock_guard lock(mutex_);
    std::string function_arn;
    if (!selection.function_name.empty()) {
        function_arn = functions_.arn_of(kept_name(selection.function_name));
    }
    std::vector<MappingConfiguration> chosen;
    for (MappingConfiguration& each : all()) {
        if (each.uuid > selection.marker &&
            (selection.event_source_arn.empty() || each.event_source_arn == selection.event_source_arn) &&
            (function_arn.empty() || each.function_arn == function_arn))
            chosen.push_back(std::move(each));
    }
    std::ranges::sort(chosen, {}, &MappingConfiguration::uuid);
    json::object page;
    if (chosen.size() > selection.max_items) {
        chosen.resize(selection.max_items);
        page["NextMarker"] = chosen.back().uuid;
    }
    json::array shown;
    for (const MappingConfiguration& each : chosen) shown.push_back(stream::configuration_json(each));
    page["EventSourceMappings"] = std::move(shown);
    return page;
}

stream::Function MappingService::function_named(const std::string& name_or_arn) const {
    stream::Function function = functions_.find(name_or_arn);
    if (function.handler) return function;
    throw HintedLambdaError(LambdaError::invalid_parameter_value("Function does not exist"),
                            unknown_function_hint(functions_, name_or_arn));
}

std::string MappingService::table_of_stream(const std::string& stream_arn) {
    if (stream::service_of(stream_arn) != "dynamodb") {
        throw LambdaError::invalid_parameter_value(
            "Only DynamoDB streams can be event sources here: " + stream_arn + " is not supported.");
    }
    try {
        const json::value described =
            parse_json(engine_.execute("DescribeStream", {{"StreamArn", stream_arn}}));
        return std::string(described.at("StreamDescription").at("TableName").as_string());
    } catch (const ApiError&) {
        throw HintedLambdaError(
            LambdaError::invalid_parameter_value("Stream not found: " + stream_arn),
            "DescribeTable shows the stream of a table as LatestStreamArn; UpdateTable with "
            "StreamSpecification enables a stream");
    }
}

/// Returns the ARN of the stream that a mapping reads. If the mapping follows its table, this is the stream
/// that it has reached, or else the table's latest stream. If there is no stream, returns the table's ARN.
std::string MappingService::stream_of(const MappingStatus& status) {
    if (!status.event_source_arn.empty()) return status.event_source_arn;
    if (!status.position.stream_arn.empty()) return status.position.stream_arn;
    try {
        const json::value described =
            parse_json(engine_.execute("DescribeTable", {{"TableName", status.table_name}}));
        const json::object& table = described.at("Table").as_object();
        const json::value* arn = table.if_contains("LatestStreamArn");
        return std::string((arn != nullptr ? *arn : table.at("TableArn")).as_string());
    } catch (const ApiError&) {
        const EngineOptions& options = engine_.options();
        return "arn:aws:dynamodb:" + options.region + ":" + options.account_id + ":table/" +
               status.table_name;
    }
}

void MappingService::refuse_second(const std::string& stream_arn, const std::string& function_name) {
    const std::string function_arn = functions_.arn_of(function_name);
    const std::string name = stream::FunctionReference::parse(function_name).name;
    for (const MappingConfiguration& each : all()) {
        if (each.event_source_arn != stream_arn || each.function_arn != function_arn) continue;
        throw LambdaError::resource_conflict(
            "The event source arn (\" " + stream_arn + " \") and function (\" " + name +
            " \") provided mapping already exists. Please update or delete the existing mapping with UUID " +
            each.uuid);
    }
}

std::optional<MappingConfiguration> MappingService::find(std::string_view uuid) {
    if (const auto mapping = dispatcher_.find(uuid)) return configuration(mapping->status());
    const auto definition = definitions_.find(uuid);
    if (definition == definitions_.end()) return std::nullopt;
    MappingConfiguration found = configuration(definition->first, definition->second);
    found.state = "Disabled";
    found.state_transition_reason = "The mapping cannot be started: " + definition->second.start_error;
    return found;
}

MappingConfiguration MappingService::configuration(const MappingStatus& status) {
    const auto definition = definitions_.find(status.id);
    MappingConfiguration shown;
    shown.uuid = status.id;
    shown.mapping_arn = mapping_arn(status.id);
    shown.event_source_arn = stream_of(status);
    shown.function_arn = status.function_arn;
    shown.last_modified = definition == definitions_.end() ? started_ : definition->second.last_modified;
    shown.last_processing_result = last_processing_result(status);
    shown.state = settled_state(status.parameters);
    shown.parameters = status.parameters;
    return shown;
}

MappingConfiguration MappingService::configuration(const std::string& uuid,
                                                   const MappingDefinition& definition) {
    MappingConfiguration shown;
    shown.uuid = uuid;
    shown.mapping_arn = mapping_arn(uuid);
    shown.event_source_arn = definition.event_source_arn;
    shown.function_arn = functions_.arn_of(definition.function_name);
    shown.last_modified = definition.last_modified;
    shown.state = settled_state(definition.parameters);
    shown.parameters = definition.parameters;
    return shown;
}

std::vector<MappingConfiguration> MappingService::all() {
    std::vector<MappingConfiguration> all;
    for (const MappingStatus& status : dispatcher_.statuses()) all.push_back(configuration(status));
    for (const auto& [uuid, definition] : definitions_) {
        if (!dispatcher_.find(uuid)) all.push_back(*find(uuid));
    }
    return all;
}

std::vector<MappingStatus> MappingService::unstarted() {
    const std::lock_guard lock(mutex_);
    std::vector<MappingStatus> unstarted;
    for (const auto& [uuid, definition] : definitions_) {
        if (dispatcher_.find(uuid)) continue;
        MappingStatus status;
        status.id = uuid;
        status.name =
            definition.table_name + "/" + stream::FunctionReference::parse(definition.function_name).name;
        status.table_name = definition.table_name;
        status.handler_name = definition.function_name;
        status.function_arn = functions_.arn_of(definition.function_name);
        status.event_source_arn = definition.event_source_arn;
        status.parameters = definition.parameters;
        status.state = stream::MappingState::unstarted;
        status.start_error = definition.start_error;
        unstarted.push_back(std::move(status));
    }
    return unstarted;
}

/// Returns the UUID of the mapping that an ARN names. Throws LambdaError if there is none.
std::string MappingService::uuid_in(const std::string& arn) {
    std::string uuid = arn.substr(arn.rfind(':') + 1);
    if (arn != mapping_arn(uuid) || !find(uuid)) refuse_unknown_mapping();
    return uuid;
}

const ResourceTags& MappingService::tags_of(const std::string& uuid) {
    const auto definition = definitions_.find(uuid);
    return definition == definitions_.end() ? started_tags_[uuid] : definition->second.tags;
}

ResourceTags MappingService::tags(const std::string& mapping_arn) {
    const std::lock_guard lock(mutex_);
    return tags_of(uuid_in(mapping_arn));
}

void MappingService::change_tags(const std::string& mapping_arn,
                                 const std::function<ResourceTags(const ResourceTags&)>& changed) {
    const std::lock_guard lock(mutex_);
    const std::string uuid = uuid_in(mapping_arn);
    ResourceTags tags = changed(tags_of(uuid));
    MappingDefinitions definitions = definitions_;
    const auto definition = definitions.find(uuid);
    if (definition == definitions.end()) {
        started_tags_[uuid] = std::move(tags);
    } else {
        definition->second.tags = std::move(tags);
        change(std::move(definitions), [] {});
    }
}

std::string MappingService::mapping_arn(const std::string& uuid) const {
    return stream::lambda_arn(engine_.options(), "event-source-mapping:" + uuid);
}

}  // namespace tailrace::server
