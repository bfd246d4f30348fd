// A plugin in C++ that records its calls: it writes the event of each call as a line to a file with its
// function's name, in the folder that BATCH_RECORDER_FOLDER names. The line is written before the call ends,
// so the file has everything that was received, whatever happens to the server.
//
// The function "slow" first syncs its earlier lines to the disk, so that the lanes of its mapping are at
// different places most of the time.
//
// If a record contains the text "poison", the function reports the first such record as failed. In a tumbling
// window it returns the number of records that the window has had so far.

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>

#include "stream/handler/plugin_api.h"

namespace {

constexpr std::string_view number_member = "\"SequenceNumber\":\"";
constexpr std::string_view state_member = "\"state\":{\"records\":";

class BatchRecorder {
  public:
    explicit BatchRecorder(const std::string& function_name) : is_slow_(function_name == "slow") {
        const char* folder = std::getenv("BATCH_RECORDER_FOLDER");
        const std::string path = (folder == nullptr ? "." : folder) + ("/" + function_name);
        file_ = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    }
    ~BatchRecorder() { ::close(file_); }
    BatchRecorder(const BatchRecorder&) = delete;
    BatchRecorder& operator=(const BatchRecorder&) = delete;

    /// Returns false if the line could not be written completely.
    bool write_line(std::string event) const {
        if (is_slow_ && ::fdatasync(file_) != 0) return false;
        event.push_back('\n');
        return ::write(file_, event.data(), event.size()) == static_cast<ssize_t>(event.size());
    }

  private:
    const bool is_slow_;
    int file_ = -1;
};

std::size_t count_records(std::string_view event) {
    std::size_t count = 0;
    for (auto found = event.find(number_member); found != std::string_view::npos;
         found = event.find(number_member, found + 1)) {
        ++count;
    }
    return count;
}

/// Returns the number of records that the window had before this call.
std::size_t count_before(std::string_view event) {
    std::size_t count = 0;
    const std::size_t state = event.find(state_member);
    if (state == std::string_view::npos) return count;
    const char* digits = event.data() + state + state_member.size();
    std::from_chars(digits, event.data() + event.size(), count);
    return count;
}

/// Returns the sequence number of the first poisoned record; empty if there is none. In the text, the number
/// comes after the record's images.
std::string_view poisoned_number(std::string_view event) {
    const std::size_t poison = event.find("\"poison\"");
    if (poison == std::string_view::npos) return {};
    const std::size_t number = event.find(number_member, poison) + number_member.size();
    return event.substr(number, event.find('"', number) - number);
}

std::string answer_to(std::string_view event) {
    std::string answer = "{\"state\":{\"records\":";
    answer.append(std::to_string(count_before(event) + count_records(event)))
        .append("},\"batchItemFailures\":[");
    const std::string_view failed = poisoned_number(event);
    if (!failed.empty()) answer.append("{\"itemIdentifier\":\"").append(failed).append("\"}");
    return answer.append("]}");
}

}  // namespace

int tailrace_plugin_version() {
    return TAILRACE_PLUGIN_VERSION;
}

void* tailrace_plugin_create(const tailrace_plugin_context* context) {
    return new BatchRecorder(context->function_name);
}

void tailrace_plugin_destroy(void* instance) {
    delete static_cast<BatchRecorder*>(instance);
}

int tailrace_plugin_handle(void* instance, const tailrace_event* event, const tailrace_reply* reply) {
    const std::string text(event->json, event->length);
    if (!static_cast<BatchRecorder*>(instance)->write_line(text)) return 1;
    const std::string answer = answer_to(text);
    reply->write(reply->context, answer.data(), answer.size());
    return 0;
}
