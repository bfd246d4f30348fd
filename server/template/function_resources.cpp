#include "server/template/function_resources.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/model/parse_number.hpp"
#include "server/template/json_members.hpp"
#include "server/template/typed_members.hpp"
#include "stream/handler/lambda_arn.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view lambda_function_type = "AWS::Lambda::Function";
constexpr std::string_view sam_function_type = "AWS::Serverless::Function";
constexpr std::string_view mapping_type = "AWS::Lambda::EventSourceMapping";

bool is_layer_type(std::string_view type) {
    return type == "AWS::Lambda::LayerVersion" || type == "AWS::Serverless::LayerVersion";
}

/// The properties of a function that are read.
constexpr std::array<std::string_view, 13> read_of_function = {
    "FunctionName", "Runtime",     "Handler", "CodeUri", "Code",     "Environment", "Timeout",
    "MemorySize",   "Description", "Layers",  "Events",  "ImageUri", "PackageType",
};

/// Returns the code that is in the template itself, if it is there. The file's name is empty if Lambda has no
/// inline code for the runtime.
std::optional<InlineCode> inline_code_of(const json::object& properties, std::string_view runtime) {
    const json::object* const code = object_in(properties, "Code");
    const std::string_view text =
        code != nullptr ? text_in(*code, "ZipFile") : text_in(properties, "InlineCode");
    if (text.empty()) return std::nullopt;
    const std::string_view file = runtime.starts_with("python")   ? "index.py"
                                  : runtime.starts_with("nodejs") ? "index.js"
                                                                  : "";
    return InlineCode{file, std::string(text)};
}

/// Returns the table in "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL", or an empty text.
std::string table_of_stream_arn(std::string_view arn) {
    constexpr std::string_view before = ":table/";
    const std::size_t table = arn.find(before);
    if (!arn.starts_with("arn:") || stream::service_of(arn) != "dynamodb" ||
        table == std::string_view::npos) {
        return {};
    }
    const std::string_view name = arn.substr(table + before.size());
    return std::string(name.substr(0, name.find('/')));
}

}  // namespace

void merge_globals(const json::object& globals, json::object& wanted) {
    for (const auto& member : globals) {
        json::value* const own = wanted.if_contains(member.key());
        if (own == nullptr) {
            wanted[member.key()] = member.value();
        } else if (own->is_object() && member.value().is_object()) {
            merge_globals(member.value().get_object(), own->get_object());
        } else if (own->is_array() && member.value().is_array()) {
            json::array joined = member.value().get_array();
            for (json::value& each : own->get_array()) joined.push_back(std::move(each));
            *own = std::move(joined);
        }
    }
}

FunctionResources::FunctionResources(StackValues& values, fs::path folder, json::object globals)
    : values_(values), folder_(std::move(folder)), globals_(std::move(globals)) {}

bool FunctionResources::is_known(std::string_view type) {
    return type == lambda_function_type || type == sam_function_type || type == mapping_type ||
           type == "AWS::Lambda::Alias" || type == "AWS::Lambda::Version" || is_layer_type(type);
}

json::object FunctionResources::properties_of(const Node& resource) {
    const Node* const found = resource.find("Properties");
    json::value resolved = found == nullptr ? json::value() : values_.resolve(*found);
    return resolved.is_object() ? std::move(resolved.get_object()) : json::object();
}

void FunctionResources::read_layer(const std::string& logical_name, const Node& resource) {
    const Node* const type = resource.find("Type");
    if (type == nullptr || !is_layer_type(type->text)) return;
    const json::object properties = properties_of(resource);
    const std::string what = "the layer " + logical_name + " is not used: ";
    std::optional<fs::path> folder;
    const std::string_view content = text_in(properties, "ContentUri");
    if (!content.empty()) {
        folder = local_folder(content, resource.line, what);
    } else {
        folder = code_folder(properties, resource, what);
    }
    if (folder) layers_.emplace(values_.arn_of(logical_name), folder->string());
}

void FunctionResources::read(const std::string& logical_name, const Node& resource, Declarations& into) {
    const Node* const type = resource.find("Type");
    if (type->text == lambda_function_type || type->text == sam_function_type) {
        read_function(logical_name, resource, into);
    } else if (type->text == mapping_type) {
        add_mapping(properties_of(resource), values_.gaps().place(resource.line), into);
    }
}

/// Returns the folder that a path in the template means, or nullopt with a gap.
std::optional<fs::path> FunctionResources::local_folder(std::string_view given, int line,
                                                        std::string_view what) {
    if (given.starts_with("s3://") || given.starts_with("https://")) {
        values_.gaps().add(line,
                           std::string(what) + "its code is not on this machine: " + std::string(given));
        return std::nullopt;
    }
    std::error_code error;
    const fs::path folder = fs::absolute(folder_ / fs::path(given), error).lexically_normal();
    if (fs::is_directory(folder, error)) return folder;
    const char* const fault = fs::exists(folder, error) ? "its code is not a folder; unpack it: "
                                                        : "its code is missing; build it first: ";
    values_.gaps().add(line, std::string(what) + fault + folder.string());
    return std::nullopt;
}

std::optional<fs::path> FunctionResources::code_folder(const json::object& properties, const Node& resource,
                                                       const std::string& what) {
    const int line = resource.line;
    const json::value* code = properties.if_contains("CodeUri");
    if (code == nullptr) code = properties.if_contains("Code");
    if (code == nullptr) code = properties.if_contains("Content");
    if (code != nullptr && code->is_string()) return local_folder(code->get_string(), line, what);
    // In addition to the bucket for the upload, the CDK names the local folder of the code.
    const Node* const metadata = resource.find("Metadata");
    const Node* const asset = metadata == nullptr ? nullptr : metadata->find("aws:asset:path");
    if (asset != nullptr && asset->is_scalar()) return local_folder(asset->text, line, what);
    if (code == nullptr) return local_folder(".", line, what);
    values_.gaps().add(line, what + "its code is in a bucket; name the folder that it is made from");
    return std::nullopt;
}

void FunctionResources::note_others(std::string_view type, const Node& resource) {
    const Node* const properties = resource.find("Properties");
    if (properties == nullptr) return;
    for (const auto& [name, property] : properties->members) {
        if (std::ranges::find(read_of_function, name) != read_of_function.end() || name == "InlineCode")
            continue;
        values_.gaps().add(property.line,
                           std::string(name).append(" of ").append(type).append(" has no effect here"));
    }
}

void FunctionResources::add_layers(const json::object& properties, int line,
                                   stream::FunctionDefinition& function) {
    const json::value* const layers = properties.if_contains("Layers");
    if (layers == nullptr || !layers->is_array()) return;
    for (const json::value& each : layers->get_array()) {
        if (!each.is_string()) continue;
        const auto found = layers_.find(std::string_view(each.get_string()));
        if (found != layers_.end()) {
            function.layers.push_back(found->second);
        } else {
            values_.gaps().add(line, "the layer " + std::string(each.get_string()) +
                                         " is not in the template; functions run without it");
        }
    }
}

void FunctionResources::read_function(const std::string& logical_name, const Node& resource,
                                      Declarations& into) {
    const std::string_view type = resource.find("Type")->text;
    json::object properties = properties_of(resource);
    if (type == sam_function_type) merge_globals(globals_, properties);
    note_others(type, resource);
    stream::FunctionDefinition function;
    function.name = values_.name_of(logical_name);
    read_events(function.name, resource, into);
    const json::object* const code = object_in(properties, "Code");
    if (text_in(properties, "PackageType") == "Image" || properties.contains("ImageUri") ||
        (code != nullptr && code->contains("ImageUri"))) {
        values_.gaps().add(resource.line, "the function " + function.name +
                                              " is an image, which is not run; start it with --function " +
                                              function.name + "=lambda:URL");
        return;
    }
    function.runtime = text_in(properties, "Runtime");
    const std::string what = "the function " + function.name + " does not run: ";
    std::optional<InlineCode> inline_code = inline_code_of(properties, function.runtime);
    if (!inline_code) {
        const std::optional<fs::path> folder = code_folder(properties, resource, what);
        if (!folder) return;
        function.folder = folder->string();
    } else if (inline_code->file.empty()) {
        values_.gaps().add(resource.line, what + "code in a template must be Python or JavaScript");
        return;
    }
    function.handler = text_in(properties, "Handler");
    function.description = text_in(properties, "Description");
    if (const auto seconds = parse_number<int>(text_in(properties, "Timeout"))) {
        function.timeout = std::chrono::seconds(*seconds);
    }
    if (const auto memory = parse_number<int>(text_in(properties, "MemorySize"))) {
        function.memory_mb = *memory;
    }
    const json::object* const environment = object_in(properties, "Environment");
    const json::object* const variables =
        environment == nullptr ? nullptr : object_in(*environment, "Variables");
    if (variables != nullptr) {
        for (const auto& member : *variables) {
            function.environment.emplace(member.key(), text_in(*variables, member.key()));
        }
    }
    add_layers(properties, resource.line, function);
    into.functions.push_back(
        {std::move(function), values_.gaps().place(resource.line), std::move(inline_code)});
}

/// Reads SAM's events of a function.
void FunctionResources::read_events(const std::string& function, const Node& resource, Declarations& into) {
    const Node* const properties = resource.find("Properties");
    const Node* const events = properties == nullptr ? nullptr : properties->find("Events");
    if (events == nullptr) return;
    for (const auto& [name, event] : events->members) {
        const Node* const type = event.find("Type");
        const std::string type_name = type == nullptr ? std::string() : values_.text(*type);
        if (type_name != "DynamoDB") {
            values_.gaps().add(event.line, "events of the type " + type_name + " call no function here");
            continue;
        }
        json::object mapping = properties_of(event);
        mapping["FunctionName"] = function;
        if (const json::value* stream = mapping.if_contains("Stream")) {
            mapping["EventSourceArn"] = *stream;
            mapping.erase("Stream");
        }
        add_mapping(std::move(mapping), values_.gaps().place(event.line), into);
    }
}

void FunctionResources::add_mapping(json::object properties, const Place& place, Declarations& into) {
    const std::string source(text_in(properties, "EventSourceArn"));
    DeclaredMapping mapping{
        .table = table_of_stream_arn(source),
        .function = stream::FunctionReference::parse(text_in(properties, "FunctionName")).name,
        .parameters = {},
        .place = place};
    if (mapping.table.empty()) {
        values_.gaps().add(place.line, "only streams of tables call functions here; this source does not: " +
                                           (source.empty() ? std::string("(none)") : source));
        return;
    }
    const std::vector<std::string_view> known = stream::parameter_names();
    for (auto& member : properties) {
        std::string name(member.key());
        if (name == "EventSourceArn" || name == "FunctionName") continue;
        if (name == "KmsKeyArn") name = "KMSKeyArn";
        if (std::ranges::find(known, name) == known.end()) {
            values_.gaps().add(place.line, name + " of an event source mapping has no effect here");
            continue;
        }
        mapping.parameters[name] = std::move(member.value());
    }
    // SAM's Type says only what kind of ARN the destination is.
    if (json::value* const destination = mapping.parameters.if_contains("DestinationConfig")) {
        json::object* const object = destination->if_object();
        json::value* const on_failure = object == nullptr ? nullptr : object->if_contains("OnFailure");
        if (on_failure != nullptr && on_failure->is_object()) on_failure->get_object().erase("Type");
    }
    json::value typed = std::move(mapping.parameters);
    give_types(typed);
    mapping.parameters = std::move(typed.get_object());
    into.mappings.push_back(std::move(mapping));
}

}  // namespace tailrace::server
