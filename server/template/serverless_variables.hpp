#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/template/gaps.hpp"
#include "server/template/node.hpp"
#include "server/template/project_folder.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

/// The variables of a serverless.yml: ${self:…}, ${env:…}, ${opt:…}, ${param:…}, ${sls:…}, ${aws:…},
/// ${file(…):…} of YAML and JSON in the project's folder, ${strToBool(…)}, with fallbacks and within each
/// other. Options and parameters are those of --parameter. What CloudFormation replaces, such as
/// ${AWS::Region} and ${Music}, stays. Nothing is run and nobody is asked: a variable that would need that
/// gets its fallback. A variable without a fallback becomes a gap, and "unknown" takes its place. Source:
/// "Variables" in the Serverless Framework's guide.
class ServerlessVariables {
  public:
    /// All arguments must outlive this object. Adds the names of options and parameters that are asked for to
    /// the settings.
    ServerlessVariables(const Node& root, const std::filesystem::path& folder, StackSettings& settings,
                        Gaps& gaps);

    /// Returns a copy in which all variables are replaced. Throws TemplateError for circles, for files
    /// outside of the folder, and beyond the limits.
    Node resolve(const Node& node);
    /// The same for a member of the file, for example "provider". Returns null if there is none.
    Node member(std::string_view name);
    /// Returns what ${sls:stage} is.
    std::string stage();
    /// Reads a YAML or JSON file of the project; null if there is none. Its values have the line of the first
    /// place that names it.
    const Node* file(const std::string& name, int line);
    /// Returns the files that were read.
    std::vector<std::string> files() const;

  private:
    /// A source of a variable: "file(a.yml):b.c".
    struct Source {
        std::string name;
        std::string parameter;
        std::string address;
        int line;
    };
    /// The value, or why there is none.
    struct Found {
        std::optional<Node> value = {};
        std::string reason = {};
    };

    Node resolve_text(std::string_view text, int line);
    Node variable(std::string_view inner, int line);
    Found source(std::string_view text, int line);
    Found lookup(const Source& source);
    Found self(const Source& source);
    Found environment(const Source& source) const;
    Found option(const Source& source);
    Found parameter(const Source& source);
    Found included(const Source& source);
    std::optional<Node> walk(const Node& from, std::string_view address);
    std::string embedded(std::string_view text, int line);
    void count(const Node& node);

    const Node& root_;
    const ProjectFolder folder_;
    StackSettings& settings_;
    Gaps& gaps_;
    std::map<std::filesystem::path, Node> files_;
    std::optional<std::string> stage_;
    std::size_t variables_ = 0;
    std::size_t nodes_ = 0;
    std::size_t bytes_ = 0;
    int depth_ = 0;
};

}  // namespace tailrace::server
