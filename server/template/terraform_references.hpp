#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/template/node.hpp"

namespace tailrace::server {

/// A resource or a data source in what `terraform show -json` prints.
struct TerraformResource {
    /// "module.songs[\"eu\"].aws_dynamodb_table.music[0]".
    std::string address;
    /// The address of the module, or an empty text for the root module.
    std::string module;
    std::string type;
    std::string name;
    /// The index as it is written in the JSON text; empty if there is none.
    std::string index;
    bool is_data = false;
    const Node* values = nullptr;
};

/// Returns the only block of that name in a resource's values, or null.
const Node* block_of(const Node& owner, std::string_view name);

/// Finds out which resources an argument of a resource refers to. In a plan, values that AWS will make, such
/// as ARNs, are unknown, but the configuration says what they refer to. Variables and outputs of modules are
/// followed; locals are not, because the output does not have them.
class TerraformReferences {
  public:
    /// Both must outlive this object.
    TerraformReferences(const Node& root, const std::vector<TerraformResource>& resources);

    /// Returns the resources of that type. If there are several instances, but one has the same index as
    /// `from`, returns that one.
    std::vector<const TerraformResource*> targets(const TerraformResource& from, std::string_view argument,
                                                  std::string_view type) const;

  private:
    struct Search;
    void follow(Search& search, const std::vector<std::string>& module, const Node* expression) const;
    void follow_reference(Search& search, const std::vector<std::string>& module,
                          std::string_view reference) const;
    void add_instances(Search& search, const std::vector<std::string>& module,
                       std::string_view reference) const;
    const Node* module_at(const std::vector<std::string>& module) const;

    const Node* root_module_ = nullptr;
    std::multimap<std::string, const TerraformResource*, std::less<>> by_name_;
};

}  // namespace tailrace::server
