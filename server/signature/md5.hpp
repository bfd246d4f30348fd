#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tailrace::server {

/// The MD5 checksum of data that arrives in pieces, as the manifest of an export to S3 has it. It is not for
/// security.
class Md5 {
  public:
    Md5();
    ~Md5();
    Md5(const Md5&) = delete;
    Md5& operator=(const Md5&) = delete;

    void add(std::string_view data);
    /// Returns the checksum of everything in base64. Nothing can be added afterwards.
    std::string base64();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace tailrace::server
