#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "server/template/declarations.hpp"
#include "server/template/node.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

/// Reads the functions, layers and event source mappings of a CloudFormation or SAM template. What has no
/// effect here becomes a gap. Source: CloudFormation's and SAM's reference of these types.
class FunctionResources {
  public:
    /// `folder` is the template's folder, where its relative paths begin. `globals` is SAM's
    /// Globals.Function, in which the functions of CloudFormation (Ref, Fn::Sub, …) are replaced by their
    /// results. The values must outlive this object.
    FunctionResources(StackValues& values, std::filesystem::path folder, boost::json::object globals);

    /// Returns true for the types that read() reads.
    static bool is_known(std::string_view type);
    /// Reads a layer, so that functions that are read later can have it.
    void read_layer(const std::string& logical_name, const Node& resource);
    /// Reads a function with its events, or an event source mapping. Throws TemplateError.
    void read(const std::string& logical_name, const Node& resource, Declarations& into);

  private:
    boost::json::object properties_of(const Node& resource);
    void read_function(const std::string& logical_name, const Node& resource, Declarations& into);
    /// The last argument begins the text of a gap: "the function F does not run: ".
    std::optional<std::filesystem::path> code_folder(const boost::json::object& properties,
                                                     const Node& resource, const std::string& what);
    std::optional<std::filesystem::path> local_folder(std::string_view given, int line,
                                                      std::string_view what);
    void add_layers(const boost::json::object& properties, int line, stream::FunctionDefinition& function);
    void note_others(std::string_view type, const Node& resource);
    void read_events(const std::string& function, const Node& resource, Declarations& into);
    void add_mapping(boost::json::object properties, const Place& place, Declarations& into);

    StackValues& values_;
    const std::filesystem::path folder_;
    const boost::json::object globals_;
    /// The folders of layers, by the ARNs that functions name them with.
    std::map<std::string, std::string, std::less<>> layers_;
};

/// Adds to `wanted` what only `globals` has. Maps are merged. Lists are joined, those of `globals` first. Of
/// two other values, the one in `wanted` stays. Source: SAM, "Globals section".
void merge_globals(const boost::json::object& globals, boost::json::object& wanted);

}  // namespace tailrace::server
