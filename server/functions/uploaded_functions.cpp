#include "server/functions/uploaded_functions.hpp"

#include <stdexcept>

#include "server/functions/code_archive.hpp"
#include "server/lambda/lambda_error.hpp"
#include "server/lambda/unknown_function.hpp"

namespace tailrace::server {
namespace {

stream::FunctionDefinition definition_to_run(const std::string& name, const FunctionVersion& version,
                                             const std::string& number) {
    stream::FunctionDefinition definition = definition_of(name, version.settings);
    definition.folder = version.code.folder->path().string();
    definition.folder_owner = version.code.folder;
    definition.version = number;
    return definition;
}

bool runs_the_same(const FunctionVersion& one, const FunctionVersion& other) {
    return one.code.folder == other.code.folder && one.settings == other.settings;
}

}  // namespace

void UploadedFunctions::require_upload(std::string_view operation) const {
    if (folders_ != nullptr) return;
    throw LambdaError::access_denied(
        std::string(operation) +
        " is refused, because uploaded code would run on this machine. The server allows it if it is started "
        "with --allow-function-upload. Without it, functions are those of --function, --on-stream and "
        "--template.");
}

FunctionCode UploadedFunctions::unpack(std::string_view zip) try {
    return folders_->unpack(zip);
} catch (const InvalidCode& error) {
    throw LambdaError::invalid_parameter_value(error.what());
}

std::optional<UploadedFunction> UploadedFunctions::find(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    const auto found = functions_.find(name);
    if (found == functions_.end()) return std::nullopt;
    return found->second;
}

UploadedFunction UploadedFunctions::get(const std::string& name) const {
    auto found = find(name);
    if (!found) refuse_absent(name);
    return *std::move(found);
}

void UploadedFunctions::refuse_absent(const std::string& name) const {
    if (registry_.find(name).handler) {
        throw LambdaError::invalid_parameter_value(
            "The server was started with the function " + name +
            ". Only functions that CreateFunction has created can be changed by requests.");
    }
    throw unknown_function(registry_, name);
}

void UploadedFunctions::create(const std::string& name, UploadedFunction function) {
    const std::lock_guard lock(mutex_);
    if (registry_.find(name).handler) {
        throw LambdaError::resource_conflict("Function already exist: " + name);
    }
    add_to_registry(name, function);
    functions_[name] = std::move(function);
}

void UploadedFunctions::change(const std::string& name, const std::function<void(UploadedFunction&)>& work) {
    const std::lock_guard lock(mutex_);
    const auto found = functions_.find(name);
    if (found == functions_.end()) refuse_absent(name);
    UploadedFunction changed = found->second;
    work(changed);
    apply(name, found->second, changed);
    found->second = std::move(changed);
}

void UploadedFunctions::remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const auto found = functions_.find(name);
    if (found == functions_.end()) refuse_absent(name);
    remove_from_registry(name, found->second);
    functions_.erase(found);
}

UploadedFunctionMap UploadedFunctions::all() const {
    const std::lock_guard lock(mutex_);
    return functions_;
}

void UploadedFunctions::replace_all(const UploadedFunctionMap& functions) {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, function] : functions_) remove_from_registry(name, function);
    functions_.clear();
    for (const auto& [name, function] : functions) {
        try {
            add_to_registry(name, function);
            functions_.emplace(name, function);
        } catch (const LambdaError&) {
            // Another function has its name, or its program is gone.
            remove_from_registry(name, function);
        }
    }
}

void UploadedFunctions::add_to_registry(const std::string& name, const UploadedFunction& function) try {
    registry_.add(definition_to_run(name, function.latest, "$LATEST"));
    for (const auto& [number, version] : function.versions) {
        registry_.add(definition_to_run(name, version, std::to_string(number)));
    }
    for (const auto& [alias, meaning] : function.aliases) registry_.set_alias(name, alias, meaning.version);
} catch (const std::invalid_argument& error) {
    throw LambdaError::invalid_parameter_value(error.what());
}

void UploadedFunctions::remove_from_registry(const std::string& name, const UploadedFunction& function) {
    for (const auto& [alias, meaning] : function.aliases) registry_.remove(name + ":" + alias);
    for (const auto& [number, version] : function.versions) {
        registry_.remove(name + ":" + std::to_string(number));
    }
    const stream::Function known = registry_.find(name);
    if (known.definition && known.definition->has_versions) registry_.remove(name);
}

/// Makes the registry run the changed versions and aliases. The steps that can fail come first.
void UploadedFunctions::apply(const std::string& name, const UploadedFunction& before,
                              const UploadedFunction& after) try {
    if (!runs_the_same(before.latest, after.latest)) {
        registry_.replace(definition_to_run(name, after.latest, "$LATEST"));
    }
    for (const auto& [number, version] : after.versions) {
        if (before.versions.contains(number)) continue;
        registry_.add(definition_to_run(name, version, std::to_string(number)));
    }
    // All aliases are set again, because an alias of $LATEST must lead to the new definition.
    for (const auto& [alias, meaning] : after.aliases) registry_.set_alias(name, alias, meaning.version);
    for (const auto& [alias, meaning] : before.aliases) {
        if (!after.aliases.contains(alias)) registry_.remove(name + ":" + alias);
    }
    for (const auto& [number, version] : before.versions) {
        if (!after.versions.contains(number)) registry_.remove(name + ":" + std::to_string(number));
    }
} catch (const std::invalid_argument& error) {
    throw LambdaError::invalid_parameter_value(error.what());
}

const FunctionVersion* version_of(const UploadedFunction& function, const std::string& qualifier,
                                  std::string& number) {
    const auto alias = function.aliases.find(qualifier);
    number = alias == function.aliases.end() ? qualifier : alias->second.version;
    if (number.empty()) number = "$LATEST";
    if (number == "$LATEST") return &function.latest;
    for (const auto& [each, version] : function.versions) {
        if (std::to_string(each) == number) return &version;
    }
    return nullptr;
}

void check_revision(const std::string& wanted, const std::string& revision_id) {
    if (wanted.empty() || wanted == revision_id) return;
    throw LambdaError::precondition_failed(
        "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API "
        "to "
        "retrieve the latest Revision Id");
}

}  // namespace tailrace::server
