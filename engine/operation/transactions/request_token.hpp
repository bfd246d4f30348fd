#pragma once

#include <optional>
#include <string_view>

#include "engine/model/request.hpp"
#include "engine/table/transactions/request_tokens.hpp"

namespace tailrace::operation {

/// The request's ClientRequestToken with a fingerprint of `member`, the part of the request that lists the
/// transaction's members; nullopt if the request has no token. The order in which JSON members are written
/// does not change the fingerprint. Refers to the request.
std::optional<table::RequestToken> read_request_token(const Request& request, std::string_view member);

}  // namespace tailrace::operation
