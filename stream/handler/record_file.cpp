#include "stream/handler/record_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <system_error>

#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {
namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

/// The error that kept `text` from being written as a whole; 0 for none.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t size = ::write(descriptor, text.data(), text.size());
        if (size < 0 && errno != EINTR) return errno;
        if (size > 0) text.remove_prefix(static_cast<std::size_t>(size));
    }
    return 0;
}

}  // namespace

RecordFile::RecordFile(const std::string& path)
    : path_(path), descriptor_(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) {
        throw UnknownHandler("records cannot be written to '" + path + "': " + reason(errno));
    }
}

RecordFile::~RecordFile() {
    ::close(descriptor_);
}

HandlerResult RecordFile::handle(const EventBatch& batch) {
    const std::string source = boost::json::serialize(boost::json::string(batch.stream_arn));
    std::string lines;
    for (const EventRecord& record : batch.records) {
        lines.append(record.json, 0, record.json.size() - 1);
        lines.append(",\"eventSourceARN\":").append(source).append("}\n");
    }
    const std::lock_guard lock(mutex_);
    const int error = write_all(descriptor_, lines);
    if (error == 0) return {};
    return HandlerResult::failed("records cannot be written to '" + path_ + "': " + reason(error));
}

}  // namespace tailrace::stream
