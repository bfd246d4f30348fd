#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/clock.hpp"
#include "server/functions/code_folders.hpp"
#include "server/functions/function_settings.hpp"
#include "server/lambda/resource_tags.hpp"
#include "stream/function_registry.hpp"

namespace tailrace::server {

/// The newest code and settings of a function, or a published version of them.
struct FunctionVersion {
    FunctionSettings settings;
    FunctionCode code;
    Timestamp last_modified = {};
    std::string revision_id;
};

struct FunctionAlias {
    /// "$LATEST", or the number of a version.
    std::string version;
    std::string description;
    std::string revision_id;
};

/// A function that a request has uploaded. Copies share the code.
struct UploadedFunction {
    FunctionVersion latest;
    std::map<int, FunctionVersion> versions;
    /// The number of the version that was published last, even if that has been deleted.
    int last_version = 0;
    std::map<std::string, FunctionAlias> aliases;
    /// The statements of the resource policy by qualifier, which is empty for the function itself. They have
    /// no effect.
    std::map<std::string, std::vector<boost::json::object>> policies;
    ResourceTags tags;
    /// Has no effect.
    std::optional<std::int64_t> reserved_concurrency;
};

using UploadedFunctionMap = std::map<std::string, UploadedFunction, std::less<>>;

/// The functions of one namespace: the registry with all of them, and what is kept of those that were
/// uploaded. These last as long as the namespace runs. Thread-safe. Throws LambdaError.
class UploadedFunctions {
  public:
    /// Without folders no function can be uploaded.
    explicit UploadedFunctions(const stream::HandlerContext& context,
                               std::shared_ptr<CodeFolders> folders = nullptr)
        : clock_(context.engine.clock()), folders_(std::move(folders)), registry_(context) {}

    stream::FunctionRegistry& registry() { return registry_; }
    const stream::FunctionRegistry& registry() const { return registry_; }
    Timestamp now() const { return clock_.now(); }

    /// Throws if functions cannot be uploaded. `operation` is named in the message.
    void require_upload(std::string_view operation) const;
    FunctionCode unpack(std::string_view zip);

    /// Returns nullopt if no such function was uploaded.
    std::optional<UploadedFunction> find(std::string_view name) const;
    /// Throws if there is no such function, and also if it was not uploaded.
    UploadedFunction get(const std::string& name) const;

    /// Adds a function. Throws if there is one with that name.
    void create(const std::string& name, UploadedFunction function);
    /// Calls `work` with a copy of the function and keeps the copy. If anything throws, nothing has changed.
    void change(const std::string& name, const std::function<void(UploadedFunction&)>& work);
    void remove(const std::string& name);

    UploadedFunctionMap all() const;
    /// Replaces all functions, as a snapshot is restored. A function that cannot run is left out.
    void replace_all(const UploadedFunctionMap& functions);

  private:
    [[noreturn]] void refuse_absent(const std::string& name) const;
    void add_to_registry(const std::string& name, const UploadedFunction& function);
    void remove_from_registry(const std::string& name, const UploadedFunction& function);
    void apply(const std::string& name, const UploadedFunction& before, const UploadedFunction& after);

    const Clock& clock_;
    const std::shared_ptr<CodeFolders> folders_;
    stream::FunctionRegistry registry_;
    mutable std::mutex mutex_;
    UploadedFunctionMap functions_;
};

/// Returns the version that a qualifier names: empty, "$LATEST", a number or an alias. Returns null if there
/// is none. `number` becomes "$LATEST" or the number.
const FunctionVersion* version_of(const UploadedFunction& function, const std::string& qualifier,
                                  std::string& number);

/// Throws LambdaError if a request names a revision and it is not this one.
void check_revision(const std::string& wanted, const std::string& revision_id);

}  // namespace tailrace::server
