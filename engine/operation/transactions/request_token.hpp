#pragma once

#include <optional>
#include <string_view>

#include "engine/model/request.hpp"
#include "engine/table/transactions/request_tokens.hpp"

namespace tailrace::operation {

/// The request's ClientRequestToken for what `member` of it asks for, in whatever order the members are
/// written; nothing if it has none. Refers to the request.
std::optional<table::RequestToken> read_request_token(const Request& request, std::string_view member);

}  // namespace tailrace::operation
