#pragma once

#include <filesystem>

#include "server/template/declarations.hpp"
#include "server/template/stack_values.hpp"

namespace tailrace::server {

/// Reads the cloud assembly that `cdk synth` writes, usually into the folder cdk.out: the templates of all
/// stacks, including those in stages, each after the stacks that it depends on. The code of functions is in
/// the folders of their assets. `manifest` is the file manifest.json. Throws TemplateError. Source: "Cloud
/// Assembly Schema" of the AWS CDK.
Declarations read_cloud_assembly(const std::filesystem::path& manifest, StackSettings& settings);

}  // namespace tailrace::server
