#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "engine/operation/engine.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// The text that names a handler names none. what() says which there are.
class UnknownHandler : public std::invalid_argument {
  public:
    using std::invalid_argument::invalid_argument;
};

/// The handler that `name` stands for: "message-groups" or "message-groups:naive". Throws UnknownHandler.
std::unique_ptr<Handler> make_handler(const std::string& name, Engine& engine);

}  // namespace tailrace::stream
