#pragma once

#include <string>
#include <string_view>

#include "engine/operation/engine.hpp"

namespace tailrace::stream {

/// Returns "arn:aws:lambda:REGION:ACCOUNT:RESOURCE". A resource is "function:NAME" or
/// "event-source-mapping:UUID".
std::string lambda_arn(const EngineOptions& options, std::string_view resource);

/// A parsed reference to a function. All versions and aliases of a function are the same function here.
/// Qualifiers are kept nevertheless, because clients compare the name that they are shown with the name that
/// they sent.
struct FunctionReference {
    std::string name;
    /// A version's number, "$LATEST", or an alias. Empty if the text has none.
    std::string qualifier;

    /// Parses "NAME", "ACCOUNT:function:NAME", "arn:aws:lambda:REGION:ACCOUNT:function:NAME" and the like,
    /// each with or without ":QUALIFIER" after it.
    static FunctionReference parse(std::string_view text);

    /// Returns "NAME" or "NAME:QUALIFIER".
    std::string text() const;
    /// Returns the value of X-Amz-Executed-Version: the version's number, or "$LATEST" for an alias or no
    /// qualifier.
    std::string executed_version() const;
};

}  // namespace tailrace::stream
