#pragma once

#include <map>
#include <memory>
#include <string>

namespace tailrace::stream {

/// Where a mapping tells of the batches that it gave up. May be called from several threads at once.
class FailureDestination {
  public:
    virtual ~FailureDestination() = default;
    /// `record_json` is what Lambda sends about a batch; `records_json` is the event with the records
    /// themselves, or empty where the stream no longer has them. Throws std::runtime_error when it cannot.
    virtual void deliver(const std::string& record_json, const std::string& records_json) = 0;
};

/// Appends one JSON line for each batch to a file: the record with the event, as text, in its member payload.
/// Source: "Retain discarded records for a DynamoDB event source in Lambda", S3 destinations.
class FileDestination final : public FailureDestination {
  public:
    explicit FileDestination(std::string path) : path_(std::move(path)) {}
    void deliver(const std::string& record_json, const std::string& records_json) override;

  private:
    const std::string path_;
};

/// ARNs of queues, topics and buckets, and "kafka://TOPIC", and what stands in for each: "http://…",
/// "file:PATH" or a path.
using DestinationMap = std::map<std::string, std::string>;

/// The destination that `name` stands for: a URL, a file or an ARN of the map. A URL that stands in for a
/// bucket gets what a file gets, others the record without the event, as queues and topics do. Null for none:
/// where the name is empty, or an ARN that nothing stands in for. Throws std::invalid_argument for a URL that
/// is none.
std::shared_ptr<FailureDestination> make_destination(const std::string& name, const DestinationMap& map);

}  // namespace tailrace::stream
