#include "stream/handler/make_handler.hpp"

#include "stream/handler/message_groups.hpp"

namespace tailrace::stream {

std::unique_ptr<Handler> make_handler(const std::string& name, Engine& engine) {
    if (name == "message-groups") return std::make_unique<MessageGroups>(engine, MessageGroups::Way::right);
    if (name == "message-groups:naive")
        return std::make_unique<MessageGroups>(engine, MessageGroups::Way::naive);
    throw UnknownHandler("'" + name + "' is not a handler; there are: message-groups, message-groups:naive");
}

}  // namespace tailrace::stream
