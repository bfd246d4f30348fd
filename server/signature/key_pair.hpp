#pragma once

#include <string>
#include <vector>

namespace tailrace::server {

/// An access key and the secret that signs with it.
struct KeyPair {
    std::string access_key_id;
    std::string secret_access_key;
    /// Empty for long-term credentials. If it is not, requests must have it in X-Amz-Security-Token.
    std::string session_token = {};

    friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

/// Returns what is wrong with a value of --verify-signatures, or an empty text. The value is
/// ACCESS_KEY=SECRET, or the path of a file if it has no "=". The text never contains a secret.
std::string fault_of_key_pair(const std::string& value);

/// Returns the key pairs that values of --verify-signatures name, in their order, each once. A file is a
/// shared credentials file of AWS, such as ~/.aws/credentials: each of its profiles with an access key
/// counts. Throws std::runtime_error if a file cannot be read or has no access key, if a profile lacks the
/// secret of its key, or if an access key has two secrets. Source:
/// docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
std::vector<KeyPair> read_key_pairs(const std::vector<std::string>& values);

}  // namespace tailrace::server
