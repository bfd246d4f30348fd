#pragma once

#include <string>

#include "server/template/gaps.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {

/// What the functions of a serverless.yml have in common. All variables are replaced.
struct ServerlessService {
    std::string name;
    std::string stage;
    Node provider;
};

/// Adds a function, and a mapping for each of its stream events, to the resources of a CloudFormation
/// template, under the names that the framework gives them. What has no effect here becomes a gap.
void add_serverless_function(const ServerlessService& service, const Node::Member& member, Node& resources,
                             Gaps& gaps);

/// The same for a layer.
void add_serverless_layer(const Node::Member& member, Node& resources, Gaps& gaps);

}  // namespace tailrace::server
