#pragma once

#include <mutex>
#include <string>

#include "stream/handler/handler.hpp"

namespace tailrace::stream {

/// Appends every record to a file, one line of JSON each, as Lambda's event holds it with its eventSourceARN.
/// The records of a batch are in the file, though not yet on its disk, when the call returns.
class RecordFile final : public Handler {
  public:
    /// Opens the file, which is made when it is not there. Throws UnknownHandler.
    explicit RecordFile(const std::string& path);
    ~RecordFile() override;
    RecordFile(const RecordFile&) = delete;
    RecordFile& operator=(const RecordFile&) = delete;

    HandlerResult handle(const EventBatch& batch) override;

  private:
    const std::string path_;
    int descriptor_;
    std::mutex mutex_;
};

}  // namespace tailrace::stream
