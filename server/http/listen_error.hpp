#pragma once

#include <stdexcept>

namespace tailrace::server {

/// The server cannot listen on an address. what() is one line that a person can act on.
class ListenError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

}  // namespace tailrace::server
