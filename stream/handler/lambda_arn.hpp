#pragma once

#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"

namespace tailrace::stream {

/// "arn:aws:lambda:REGION:ACCOUNT:RESOURCE"; a resource is "function:NAME" or "event-source-mapping:UUID".
std::string lambda_arn(const EngineOptions& options, std::string_view resource);

/// What a text says of a function. Versions and aliases of a function are all that function here; they are
/// kept, as clients compare what they are shown with what they asked for.
struct FunctionReference {
    std::string name;
    /// A version's number, "$LATEST", or an alias. Empty where the text has none.
    std::string qualifier;

    /// Takes apart "NAME", "ACCOUNT:function:NAME", "arn:aws:lambda:REGION:ACCOUNT:function:NAME" and the
    /// like, each with or without ":QUALIFIER" behind it.
    static FunctionReference parse(std::string_view text);

    /// "NAME" or "NAME:QUALIFIER".
    std::string text() const;
    /// What X-Amz-Executed-Version shows: a version's number, or "$LATEST", which an alias leads to as well.
    std::string executed_version() const;
};

}  // namespace tailrace::stream
