#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace tailrace::server {

using Md5Sum = std::array<unsigned char, 16>;

std::string base64_of(const Md5Sum& sum);

/// The MD5 checksum of data that arrives in pieces, as the manifest of an export to S3 has it. It is not for
/// security.
class Md5 {
  public:
    Md5();
    ~Md5();
    Md5(const Md5&) = delete;
    Md5& operator=(const Md5&) = delete;

    void add(std::string_view data);
    /// Returns the checksum of everything. Nothing can be added afterwards.
    Md5Sum sum();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tailrace::server
