#pragma once

#include <chrono>
#include <string_view>

namespace tailrace::server {

/// A service of AWS, as signatures name it.
struct SigningService {
    /// Must have static storage; empty for an API whose requests need no signature.
    std::string_view name = {};
    /// The largest difference between the date of a signature and the server's time.
    std::chrono::minutes max_skew{5};
};

/// DynamoDB and its streams. Source: github.com/aws/aws-sdk-js/issues/2565,
/// github.com/praetorian-inc/chariot-ui/issues/453.
inline constexpr SigningService dynamodb_signing{"dynamodb", std::chrono::minutes(15)};

}  // namespace tailrace::server
