#include "stream/handler/record_file.hpp"

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
    std::string lines = batch.records_json("\n");
    // The last call of a window may have no records.
    if (!lines.empty()) lines.push_back('\n');
    try {
        file_->append(lines);
    } catch (const std::system_error& error) {
        return HandlerResult::failed(failure(path_, error));
    }
    return {};
}

}  // namespace tailrace::stream
