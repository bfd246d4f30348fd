#pragma once

#include <memory>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/line_file.hpp"

namespace tailrace::stream {

/// Appends every record to a file, one line of JSON each: the record as in the Streams API, with its
/// eventSourceARN. The records of a batch are in the file, though not yet on disk, when the call returns.
class RecordFile final : public Handler {
  public:
    /// Opens the file, or creates it. Throws UnknownHandler.
    explicit RecordFile(const std::string& path);

    HandlerResult handle(const EventBatch& batch) override;

  private:
    const std::string path_;
    std::unique_ptr<LineFile> file_;
};

}  // namespace tailrace::stream
