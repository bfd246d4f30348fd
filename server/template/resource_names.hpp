#pragma once

#include <string>
#include <string_view>

namespace tailrace::server {

/// How the resources of a type are named.
struct ResourceNaming {
    /// What Ref returns.
    enum class Reference { name, arn, queue_url };

    std::string_view type;
    /// The property with the physical name; empty if there is none.
    std::string_view name_property;
    Reference reference;
    /// The ARN, in which {R}, {A} and {N} stand for the region, the account and the name.
    std::string_view arn;
};

/// Returns the naming of a type, or null if it is not known here. Source: "Return values" of each resource
/// in CloudFormation's template reference.
const ResourceNaming* find_naming(std::string_view type);

/// Returns the ARN of a resource with this name.
std::string arn_like(std::string_view pattern, std::string_view region, std::string_view account,
                     std::string_view name);

}  // namespace tailrace::server
