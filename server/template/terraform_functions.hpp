#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/template/declarations.hpp"
#include "server/template/gaps.hpp"
#include "server/template/terraform_references.hpp"

namespace tailrace::server {

/// Reads the functions, layers and event source mappings of Terraform's output. What has no effect here
/// becomes a gap.
class TerraformFunctions {
  public:
    /// All arguments must outlive this object. `folder` is where relative paths begin.
    TerraformFunctions(const std::vector<TerraformResource>& resources, const TerraformReferences& references,
                       std::filesystem::path folder, Gaps& gaps);

    /// Reads an aws_lambda_function. Returns nullopt if its code is not in a folder.
    std::optional<DeclaredFunction> read_function(const TerraformResource& resource);
    /// Reads an aws_lambda_event_source_mapping. Returns nullopt if it is not one of a table of this output.
    std::optional<DeclaredMapping> read_mapping(const TerraformResource& resource);

  private:
    std::optional<std::string> code_folder(const TerraformResource& resource);
    const TerraformResource* archive_of(const TerraformResource& resource) const;
    void add_layers(const TerraformResource& resource, stream::FunctionDefinition& function);
    const TerraformResource* only_target(const TerraformResource& resource, std::string_view argument,
                                         std::string_view type) const;
    std::string table_of(const TerraformResource& mapping) const;
    std::string function_of(const TerraformResource& mapping) const;
    void note_others(const TerraformResource& resource, bool (*is_known)(std::string_view));

    const TerraformReferences& references_;
    const std::filesystem::path folder_;
    Gaps& gaps_;
    /// Data sources that make archives, by the archive's path.
    std::map<std::filesystem::path, const TerraformResource*> archives_;
    /// Keyed by ARN.
    std::map<std::string, const TerraformResource*, std::less<>> layers_;
};

}  // namespace tailrace::server
