#include "stream/handler/record_file.hpp"

#include <boost/json.hpp>
#include <system_error>

#include "stream/handler/make_handler.hpp"

namespace tailrace::stream {
namespace {

std::string failure(const std::string& path, const std::system_error& error) {
    return "records cannot be written to '" + path + "': " + error.code().message();
}

}  // namespace

RecordFile::RecordFile(const std::string& path) : path_(path) {
    try {
        file_ = std::make_unique<LineFile>(path);
    } catch (const std::system_error& error) {
        throw UnknownHandler(failure(path, error));
    }
}

HandlerResult RecordFile::handle(const EventBatch& batch) {
    const std::string source = boost::json::serialize(boost::json::string(batch.stream_arn));
    std::string lines;
    for (const EventRecord& record : batch.records) {
        lines.append(record.json, 0, record.json.size() - 1);
        lines.append(",\"eventSourceARN\":").append(source).append("}\n");
    }
    try {
        file_->append(lines);
    } catch (const std::system_error& error) {
        return HandlerResult::failed(failure(path_, error));
    }
    return {};
}

}  // namespace tailrace::stream
