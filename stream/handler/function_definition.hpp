#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tailrace::stream {

/// The memory size of a function that names none. Source: CreateFunction, MemorySize.
inline constexpr int default_memory_mb = 128;

/// A function as Lambda's API and templates describe it: code in a folder, and how to run it.
struct FunctionDefinition {
    std::string name;
    /// "python3.12", "nodejs22.x", "provided.al2023"; see make_defined_function().
    std::string runtime;
    /// "app.handler", "src/app.handler". A function with the runtime provided.* gets it as _HANDLER.
    std::string handler;
    /// The absolute path of the folder with the code.
    std::string folder;
    /// The absolute paths of folders, each with what a layer puts into /opt. A later layer comes before an
    /// earlier one.
    std::vector<std::string> layers = {};
    /// Variables with the names that is_reserved_variable() accepts have no effect.
    std::map<std::string, std::string> environment = {};
    /// The time limit of a call. If there is none, it is the registry's.
    std::optional<std::chrono::seconds> timeout = {};
    int memory_mb = default_memory_mb;
    std::string description = {};
    /// "$LATEST", or the number of a published version.
    std::string version = "$LATEST";
    /// True if only versions and aliases that were added may be named. If false, every version and alias of
    /// the function is the function itself.
    bool has_versions = false;
    /// Whatever owns the folder. It lives as long as the function, and as long as its calls under way.
    std::shared_ptr<const void> folder_owner = {};

    /// Returns "NAME", or "NAME:VERSION" for a published version.
    std::string reference() const { return version == "$LATEST" ? name : name + ":" + version; }

    friend bool operator==(const FunctionDefinition&, const FunctionDefinition&) = default;
};

}  // namespace tailrace::stream
