#include "server/template/serverless_functions.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "server/template/node_maps.hpp"

namespace tailrace::server {
namespace {

/// A property of serverless.yml and what it is in CloudFormation.
struct ServerlessProperty {
    std::string_view serverless;
    std::string_view cloudformation;
};
/// Source: "Serverless.yml reference", functions.
constexpr std::array<ServerlessProperty, 7> function_properties = {{
    {"handler", "Handler"},
    {"runtime", "Runtime"},
    {"timeout", "Timeout"},
    {"memorySize", "MemorySize"},
    {"description", "Description"},
    {"layers", "Layers"},
    {"name", "FunctionName"},
}};
constexpr std::array<ServerlessProperty, 2> layer_properties = {{{"path", "Content"}, {"name", "LayerName"}}};
constexpr std::array<std::string_view, 3> inherited = {"runtime", "timeout", "memorySize"};
constexpr std::array<std::string_view, 5> read_of_serverless_function = {"environment", "events", "image",
                                                                         "package", "name"};
/// Source: "DynamoDB / Kinesis Streams" in the framework's guide.
constexpr std::array<ServerlessProperty, 9> stream_properties = {{
    {"arn", "EventSourceArn"},
    {"batchSize", "BatchSize"},
    {"batchWindow", "MaximumBatchingWindowInSeconds"},
    {"startingPosition", "StartingPosition"},
    {"maximumRetryAttempts", "MaximumRetryAttempts"},
    {"maximumRecordAgeInSeconds", "MaximumRecordAgeInSeconds"},
    {"bisectBatchOnFunctionError", "BisectBatchOnFunctionError"},
    {"parallelizationFactor", "ParallelizationFactor"},
    {"tumblingWindowInSeconds", "TumblingWindowInSeconds"},
}};
constexpr std::array<std::string_view, 5> read_of_stream = {"type", "enabled", "filterPatterns",
                                                            "functionResponseType", "destinations"};

bool is_copied(std::span<const ServerlessProperty> properties, std::string_view name) {
    return std::ranges::find(properties, name, &ServerlessProperty::serverless) != properties.end();
}

void copy_properties(const Node& from, std::span<const ServerlessProperty> properties, Node& to) {
    for (const auto& [serverless, cloudformation] : properties) {
        const Node* const value = from.find(serverless);
        if (value != nullptr && value->kind != Node::Kind::null) set_member(to, cloudformation, *value);
    }
}

/// Returns the name in the framework's template: "song-listener" is SongDashlistener.
std::string logical_name_of(std::string_view key) {
    std::string name;
    for (const char each : key) {
        if (each == '-') {
            name += "Dash";
        } else if (each == '_') {
            name += "Underscore";
        } else {
            name.push_back(each);
        }
    }
    if (!name.empty() && name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    return name;
}

Node made_resource(std::string_view type, Node properties, int line) {
    Node resource = made_map(line);
    set_member(resource, "Type", made_text(std::string(type), line));
    set_member(resource, "Properties", std::move(properties));
    return resource;
}

/// A variable that a function sets to null is not inherited.
void add_environment(const Node& provider, const Node& function, Node& properties) {
    Node variables = made_map(function.line);
    for (const Node* from : {&provider, &function}) {
        const Node* const environment = from->find("environment");
        if (environment != nullptr) merge_maps(variables, *environment);
    }
    std::erase_if(variables.members, [](const auto& each) { return each.second.kind == Node::Kind::null; });
    if (variables.members.empty()) return;
    Node environment = made_map(function.line);
    set_member(environment, "Variables", std::move(variables));
    set_member(properties, "Environment", std::move(environment));
}

void add_code(const Node& function, Node& properties) {
    const Node* const package = function.find("package");
    const std::string artifact = package == nullptr ? std::string() : package->text_of("artifact");
    if (function.find("image") == nullptr) {
        set_member(properties, "Code", made_text(artifact.empty() ? "." : artifact, function.line));
        return;
    }
    set_member(properties, "PackageType", made_text("Image", function.line));
}

Node filter_criteria_of(const Node& patterns) {
    Node filters{.kind = Node::Kind::list, .line = patterns.line};
    for (const Node& each : patterns.items) {
        Node& filter = filters.items.emplace_back(made_map(each.line));
        set_member(filter, "Pattern", made_text(boost::json::serialize(to_json(each)), each.line));
    }
    Node criteria = made_map(patterns.line);
    set_member(criteria, "Filters", std::move(filters));
    return criteria;
}

/// onFailure is an ARN, or a map with the ARN and the kind of the destination.
Node destination_config_of(const Node& destinations) {
    const Node* const failure = destinations.find("onFailure");
    Node config = made_map(destinations.line);
    if (failure == nullptr) return config;
    const Node* const arn = failure->find("arn");
    Node destination = made_map(failure->line);
    set_member(destination, "Destination", arn == nullptr ? *failure : *arn);
    set_member(config, "OnFailure", std::move(destination));
    return config;
}

/// Returns the properties of the event source mapping of a stream event.
Node mapping_properties(const Node& stream, Gaps& gaps) {
    Node properties = made_map(stream.line);
    // Source: the framework's defaults for streams.
    set_member(properties, "BatchSize", made_text("10", stream.line));
    set_member(properties, "StartingPosition", made_text("TRIM_HORIZON", stream.line));
    if (!stream.is_map() || !stream.tag.empty() || stream.find("arn") == nullptr) {
        set_member(properties, "EventSourceArn", stream);
        return properties;
    }
    copy_properties(stream, stream_properties, properties);
    if (const Node* const enabled = stream.find("enabled")) set_member(properties, "Enabled", *enabled);
    if (const Node* const patterns = stream.find("filterPatterns")) {
        set_member(properties, "FilterCriteria", filter_criteria_of(*patterns));
    }
    if (const Node* const response = stream.find("functionResponseType")) {
        Node types{.kind = Node::Kind::list, .line = response->line};
        types.items.push_back(*response);
        set_member(properties, "FunctionResponseTypes", std::move(types));
    }
    if (const Node* const destinations = stream.find("destinations")) {
        set_member(properties, "DestinationConfig", destination_config_of(*destinations));
    }
    for (const auto& [name, value] : stream.members) {
        const bool is_read = is_copied(stream_properties, name) ||
                             std::ranges::find(read_of_stream, name) != read_of_stream.end();
        if (!is_read) gaps.add(value.line, name + " of a stream event has no effect here");
    }
    return properties;
}

void add_events(const std::string& logical_name, const Node& function, Node& resources, Gaps& gaps) {
    int number = 0;
    for (const Node& event : function.items_of("events")) {
        if (event.find("stream") == nullptr) {
            const std::string kind = event.members.empty() ? event.text : event.members.front().first;
            gaps.add(event.line, "events of the kind " + kind + " call no function here");
            continue;
        }
        const Node& stream = *event.find("stream");
        Node properties = mapping_properties(stream, gaps);
        Node reference = made_text(logical_name, event.line);
        reference.tag = "!Ref";
        set_member(properties, "FunctionName", std::move(reference));
        const std::string name = logical_name + "Stream" + std::to_string(++number);
        set_member(resources, name,
                   made_resource("AWS::Lambda::EventSourceMapping", std::move(properties), stream.line));
    }
}

}  // namespace

void add_serverless_function(const ServerlessService& service, const Node::Member& member, Node& resources,
                             Gaps& gaps) {
    const auto& [key, function] = member;
    if (!function.is_map()) throw TemplateError(function.line, "the function " + key + " is not a map");
    const std::string logical_name = logical_name_of(key) + "LambdaFunction";
    Node properties = made_map(function.line);
    // Source: the framework's defaults.
    set_member(properties, "FunctionName",
               made_text(service.name + "-" + service.stage + "-" + key, function.line));
    set_member(properties, "Timeout", made_text("6", function.line));
    set_member(properties, "MemorySize", made_text("1024", function.line));
    for (const ServerlessProperty& each : function_properties) {
        if (std::ranges::find(inherited, each.serverless) == inherited.end()) continue;
        copy_properties(service.provider, std::array{each}, properties);
    }
    if (function.find("layers") == nullptr) {
        copy_properties(service.provider, std::array{ServerlessProperty{"layers", "Layers"}}, properties);
    }
    copy_properties(function, function_properties, properties);
    add_environment(service.provider, function, properties);
    add_code(function, properties);
    for (const auto& [name, value] : function.members) {
        const bool is_read =
            is_copied(function_properties, name) ||
            std::ranges::find(read_of_serverless_function, name) != read_of_serverless_function.end();
        if (!is_read) gaps.add(value.line, name + " of a function has no effect here");
    }
    set_member(resources, logical_name,
               made_resource("AWS::Lambda::Function", std::move(properties), function.line));
    add_events(logical_name, function, resources, gaps);
}

void add_serverless_layer(const Node::Member& member, Node& resources, Gaps& gaps) {
    const auto& [key, layer] = member;
    if (layer.find("path") == nullptr) {
        gaps.add(layer.line, "the layer " + key + " has no path; functions run without it");
        return;
    }
    Node properties = made_map(layer.line);
    set_member(properties, "LayerName", made_text(key, layer.line));
    copy_properties(layer, layer_properties, properties);
    set_member(resources, logical_name_of(key) + "LambdaLayer",
               made_resource("AWS::Lambda::LayerVersion", std::move(properties), layer.line));
}

}  // namespace tailrace::server
