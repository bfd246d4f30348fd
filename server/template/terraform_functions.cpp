#include "server/template/terraform_functions.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/model/parse_number.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::server {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view archive_type = "archive_file";
constexpr std::string_view layer_type = "aws_lambda_layer_version";

/// Arguments that are read, that AWS makes, or that only concern the upload.
constexpr std::array<std::string_view, 29> known_of_function = {
    "function_name",
    "runtime",
    "handler",
    "filename",
    "environment",
    "timeout",
    "memory_size",
    "layers",
    "description",
    "package_type",
    "image_uri",
    "s3_bucket",
    "s3_key",
    "s3_object_version",
    "source_code_hash",
    "code_sha256",
    "source_code_size",
    "publish",
    "arn",
    "id",
    "invoke_arn",
    "response_streaming_invoke_arn",
    "qualified_arn",
    "qualified_invoke_arn",
    "last_modified",
    "version",
    "tags_all",
    "timeouts",
    "region",
};
constexpr std::array<std::string_view, 15> known_of_mapping = {
    "event_source_arn",
    "function_name",
    "filter_criteria",
    "destination_config",
    "arn",
    "id",
    "uuid",
    "function_arn",
    "last_modified",
    "state",
    "tags_all",
    "last_processing_result",
    "region",
    "state_transition_reason",
};

struct MappingArgument {
    std::string_view terraform;
    std::string_view lambda;
};
constexpr std::array<MappingArgument, 11> mapping_arguments = {{
    {"batch_size", "BatchSize"},
    {"bisect_batch_on_function_error", "BisectBatchOnFunctionError"},
    {"enabled", "Enabled"},
    {"function_response_types", "FunctionResponseTypes"},
    {"kms_key_arn", "KMSKeyArn"},
    {"maximum_batching_window_in_seconds", "MaximumBatchingWindowInSeconds"},
    {"maximum_record_age_in_seconds", "MaximumRecordAgeInSeconds"},
    {"maximum_retry_attempts", "MaximumRetryAttempts"},
    {"parallelization_factor", "ParallelizationFactor"},
    {"starting_position", "StartingPosition"},
    {"tumbling_window_in_seconds", "TumblingWindowInSeconds"},
}};

bool is_known_of_function(std::string_view name) {
    return std::ranges::find(known_of_function, name) != known_of_function.end();
}

bool is_known_of_mapping(std::string_view name) {
    return std::ranges::find(known_of_mapping, name) != known_of_mapping.end() ||
           std::ranges::find(mapping_arguments, name, &MappingArgument::terraform) != mapping_arguments.end();
}

/// In a state, 0 and -1 are what the provider keeps for arguments that were not given.
bool is_default(std::string_view argument, const Node& value) {
    if (value.is_empty()) return true;
    const bool may_be_zero = argument == "maximum_retry_attempts";
    return value.text == "0" && !may_be_zero;
}

json::object mapping_parameters(const Node& values) {
    json::object parameters;
    for (const auto& [terraform, lambda] : mapping_arguments) {
        const Node* const value = values.find(terraform);
        if (value != nullptr && !is_default(terraform, *value)) parameters[lambda] = to_json(*value);
    }
    if (const Node* const criteria = block_of(values, "filter_criteria")) {
        json::array filters;
        for (const Node& each : criteria->items_of("filter")) {
            filters.push_back(json::object{{"Pattern", each.text_of("pattern")}});
        }
        if (!filters.empty()) parameters["FilterCriteria"] = {{"Filters", std::move(filters)}};
    }
    if (const Node* const metrics = block_of(values, "metrics_config")) {
        const Node* const names = metrics->find("metrics");
        if (names != nullptr) parameters["MetricsConfig"] = {{"Metrics", to_json(*names)}};
    }
    const Node* const destinations = block_of(values, "destination_config");
    const Node* const failure = destinations == nullptr ? nullptr : block_of(*destinations, "on_failure");
    const std::string arn = failure == nullptr ? std::string() : failure->text_of("destination_arn");
    if (!arn.empty()) parameters["DestinationConfig"] = {{"OnFailure", {{"Destination", arn}}}};
    return parameters;
}

/// Returns the table in "arn:aws:dynamodb:REGION:ACCOUNT:table/NAME/stream/LABEL", or an empty text.
std::string table_of_arn(std::string_view arn) {
    constexpr std::string_view before = ":table/";
    const std::size_t table = arn.find(before);
    if (!arn.starts_with("arn:") || table == std::string_view::npos) return {};
    const std::string_view name = arn.substr(table + before.size());
    return std::string(name.substr(0, name.find('/')));
}

}  // namespace

TerraformFunctions::TerraformFunctions(const std::vector<TerraformResource>& resources,
                                       const TerraformReferences& references, fs::path folder, Gaps& gaps)
    : references_(references), folder_(std::move(folder)), gaps_(gaps) {
    for (const TerraformResource& each : resources) {
        const Node& values = *each.values;
        if (each.type == archive_type) {
            archives_.emplace(fs::path(values.text_of("output_path")).lexically_normal(), &each);
        } else if (each.type == layer_type) {
            layers_.emplace(values.text_of("arn"), &each);
        }
    }
}

const TerraformResource* TerraformFunctions::only_target(const TerraformResource& resource,
                                                         std::string_view argument,
                                                         std::string_view type) const {
    const auto targets = references_.targets(resource, argument, type);
    return targets.size() == 1 ? targets.front() : nullptr;
}

void TerraformFunctions::note_others(const TerraformResource& resource, bool (*is_known)(std::string_view)) {
    for (const auto& [name, value] : resource.values->members) {
        const bool is_set = !value.is_empty() && value.text != "false" && value.text != "-1";
        if (is_set && !is_known(name)) {
            gaps_.add(value.line, name + " of " + resource.type + " has no effect here");
        }
    }
}

/// Returns the data source that makes the archive which a function or a layer uploads, or null.
const TerraformResource* TerraformFunctions::archive_of(const TerraformResource& resource) const {
    const std::string& archive = resource.values->text_of("filename");
    if (archive.empty()) return only_target(resource, "filename", archive_type);
    const auto found = archives_.find(fs::path(archive).lexically_normal());
    return found == archives_.end() ? nullptr : found->second;
}

std::optional<std::string> TerraformFunctions::code_folder(const TerraformResource& resource) {
    const Node& values = *resource.values;
    const auto gap = [&](const std::string& reason) {
        gaps_.add(values.line, "the code of " + resource.address + " is not run: " + reason);
        return std::nullopt;
    };
    if (!values.text_of("image_uri").empty() || values.text_of("package_type") == "Image") {
        return gap("it is an image; start it yourself and give --function NAME=lambda:URL");
    }
    if (!values.text_of("s3_bucket").empty()) {
        return gap("it is in a bucket; give --function NAME=…, or let archive_file make its archive");
    }
    const TerraformResource* const archive = archive_of(resource);
    if (archive == nullptr) {
        return gap("its archive is made by something other than archive_file; give --function NAME=…");
    }
    fs::path source = archive->values->text_of("source_dir");
    if (source.empty() && !archive->values->text_of("source_file").empty()) {
        source = fs::path(archive->values->text_of("source_file")).parent_path();
        if (source.empty()) source = ".";
    }
    if (source.empty()) return gap("archive_file has neither source_dir nor source_file");
    std::error_code error;
    const fs::path folder = fs::absolute(folder_ / source, error).lexically_normal();
    if (!fs::is_directory(folder, error)) return gap(folder.string() + " is not a folder");
    return folder.string();
}

void TerraformFunctions::add_layers(const TerraformResource& resource, stream::FunctionDefinition& function) {
    std::vector<const TerraformResource*> layers = references_.targets(resource, "layers", layer_type);
    for (const Node& each : resource.values->items_of("layers")) {
        const auto found = layers_.find(each.text);
        if (found == layers_.end()) {
            gaps_.add(each.line, "the layer " + each.text + " is not in this file; functions run without it");
        } else if (std::ranges::find(layers, found->second) == layers.end()) {
            layers.push_back(found->second);
        }
    }
    for (const TerraformResource* each : layers) {
        if (const auto folder = code_folder(*each)) function.layers.push_back(*folder);
    }
}

std::optional<DeclaredFunction> TerraformFunctions::read_function(const TerraformResource& resource) {
    const Node& values = *resource.values;
    note_others(resource, is_known_of_function);
    const std::optional<std::string> folder = code_folder(resource);
    if (!folder) return std::nullopt;
    DeclaredFunction function{.definition = {}, .place = gaps_.place(values.line)};
    stream::FunctionDefinition& definition = function.definition;
    definition.name = values.text_of("function_name");
    definition.runtime = values.text_of("runtime");
    definition.handler = values.text_of("handler");
    definition.folder = *folder;
    definition.description = values.text_of("description");
    if (const auto seconds = parse_number<int>(values.text_of("timeout"))) {
        definition.timeout = std::chrono::seconds(*seconds);
    }
    if (const auto memory = parse_number<int>(values.text_of("memory_size"))) definition.memory_mb = *memory;
    const Node* const environment = block_of(values, "environment");
    const Node* const variables = environment == nullptr ? nullptr : environment->find("variables");
    if (variables != nullptr) {
        for (const auto& [name, value] : variables->members) definition.environment[name] = value.text;
    }
    add_layers(resource, definition);
    return function;
}

std::string TerraformFunctions::table_of(const TerraformResource& mapping) const {
    const std::string& arn = mapping.values->text_of("event_source_arn");
    if (!arn.empty()) return table_of_arn(arn);
    const TerraformResource* const table = only_target(mapping, "event_source_arn", "aws_dynamodb_table");
    return table == nullptr ? std::string() : table->values->text_of("name");
}

std::string TerraformFunctions::function_of(const TerraformResource& mapping) const {
    const std::string& name = mapping.values->text_of("function_name");
    if (!name.empty()) return stream::FunctionReference::parse(name).name;
    const TerraformResource* function = only_target(mapping, "function_name", "aws_lambda_function");
    if (function == nullptr) {
        const TerraformResource* const alias = only_target(mapping, "function_name", "aws_lambda_alias");
        if (alias != nullptr) return function_of(*alias);
    }
    return function == nullptr ? std::string() : function->values->text_of("function_name");
}

std::optional<DeclaredMapping> TerraformFunctions::read_mapping(const TerraformResource& resource) {
    const Node& values = *resource.values;
    DeclaredMapping mapping{.table = table_of(resource),
                            .function = function_of(resource),
                            .parameters = mapping_parameters(values),
                            .place = gaps_.place(values.line)};
    const auto gap = [&](const std::string& reason) {
        gaps_.add(values.line, resource.address + " is not made: " + reason);
        return std::nullopt;
    };
    const std::string& arn = values.text_of("event_source_arn");
    if (mapping.table.empty() && !arn.empty()) return gap(arn + " is not the stream of a table");
    if (mapping.table.empty()) return gap("the plan does not say which table's stream it reads");
    if (mapping.function.empty()) return gap("the plan does not say which function it calls");
    note_others(resource, is_known_of_mapping);
    return mapping;
}

}  // namespace tailrace::server
