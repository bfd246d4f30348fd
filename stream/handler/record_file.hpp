#pragma once

#include <memory>
#include <string>

#include "stream/handler/handler.hpp"
#include "stream/handler/line_file.hpp"

namespace tailrace::stream {

/// Appends every record to a file, one line of JSON each, as Lambda's event holds it with its eventSourceARN.
/// The records of a batch are in the file, though not yet on its disk, when the call returns.
class RecordFile final : public Handler {
  public:
    /// Opens the file, which is made when it is not there. Throws UnknownHandler.
    explicit RecordFile(const std::string& path);

    HandlerResult handle(const EventBatch& batch) override;

  private:
    const std::string path_;
    std::unique_ptr<LineFile> file_;
};

}  // namespace tailrace::stream
