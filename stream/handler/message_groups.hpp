#pragma once

#include <string>

#include "engine/operation/engine.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// Keeps the message groups of a direct-message table current: for every new message (pk "MSG#<group>", sk
/// the time it was created) both sides' rows of the group (pk "GRP#<user>", found through the index
/// message-group-sk-index by message_group_uuid) get the message's time as their sk and its text as their
/// message. A key cannot be updated in place, so a row is always deleted and put again.
class MessageGroups final : public Handler {
  public:
    enum class Way {
        /// Every record of a batch; all rows of a group in one transaction; a group never goes back in time.
        right,
        /// As a first version of such a function tends to be: only the first record of a batch, delete and
        /// then put.
        /// It loses updates when a batch has more records, and a row when it dies in between.
        naive
    };

    /// The engine outlives the handler.
    MessageGroups(Engine& engine, Way way) : engine_(engine), way_(way) {}

    HandlerResult handle(const EventBatch& batch) override;

  private:
    struct Message {
        std::string group;
        std::string created_at;
        std::string text;
    };

    static bool read_message(const EventRecord& record, Message& message);
    boost::json::array rows_of_group(const std::string& table_name, const std::string& group);
    void replace_in_one_transaction(const std::string& table_name, const Message& message);
    void delete_then_put(const std::string& table_name, const Message& message);
    boost::json::object execute(const char* operation, const boost::json::object& request);

    Engine& engine_;
    Way way_;
};

}  // namespace tailrace::stream
