#pragma once

#include <string>
#include <string_view>

#include "engine/model/function_mark.hpp"
#include "engine/operation/engine.hpp"
#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// Keeps the message groups of a direct-message table current. For every new message (pk "MSG#<group>", sk
/// its creation time), both sides' rows of the group (pk "GRP#<user>", found by message_group_uuid through
/// the index message-group-sk-index) get the message's time as their sk and its text as their message. A key
/// cannot be updated in place, so a row is always deleted and put again.
class MessageGroups final : public Handler {
  public:
    enum class Way {
        /// Handles every record of a batch. All rows of a group change in one transaction, and a group never
        /// goes back in time.
        right,
        /// Does what a first version of such a function tends to do: it handles only the first record of a
        /// batch, and deletes before it puts. It loses updates if a batch has more records, and a row if it
        /// dies between the two writes.
        naive
    };

    /// The engine must outlive the handler. Requests are sent as those of the function with this name.
    MessageGroups(Engine& engine, Way way, std::string_view function_name = {})
        : engine_(engine), way_(way), caller_{{}, {}, {}, function_mark(function_name)} {}

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
    Caller caller_;
};

}  // namespace tailrace::stream
