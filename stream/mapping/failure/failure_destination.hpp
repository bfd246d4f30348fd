#pragma once

#include <map>
#include <memory>
#include <string>

namespace tailrace::stream {

/// What is reported about a batch that was given up.
struct FailedBatch {
    /// The record that Lambda sends about it.
    std::string record_json;
    /// The event with the records themselves.
    std::string event_json;
    /// The key that Lambda gives the object in a bucket.
    std::string object_key;

    /// Returns what Lambda puts into a bucket: the record, with the event as text in its member `payload`.
    /// Source: "Retain discarded records for a DynamoDB event source in Lambda", S3 destinations.
    std::string object_json() const;
};

/// The place to which a mapping reports the batches that it gave up. May be called from several threads at
/// once.
class FailureDestination {
  public:
    virtual ~FailureDestination() = default;
    /// Throws std::runtime_error if the batch cannot be delivered.
    virtual void deliver(const FailedBatch& batch) = 0;
};

/// Appends one JSON line for each batch to a file, with the same content as an object in a bucket. If the
/// file stands in for a bucket, the line also has the object's key, in its member objectKey.
class FileDestination final : public FailureDestination {
  public:
    enum class StandsFor { itself, bucket };
    FileDestination(std::string path, StandsFor stands_for)
        : path_(std::move(path)), stands_for_(stands_for) {}
    void deliver(const FailedBatch& batch) override;

  private:
    const std::string path_;
    const StandsFor stands_for_;
};

/// Maps the ARNs of queues, topics and buckets, and "kafka://TOPIC", to what stands in for each: "http://…",
/// "file:PATH" or a path.
using DestinationMap = std::map<std::string, std::string>;

/// Returns the destination that `name` means: a URL, a file or an ARN of the map. A URL that stands in for a
/// bucket is an HttpBucket, any other an HttpDestination. Returns null if `name` is empty or an ARN without a
/// stand-in. Throws std::invalid_argument for a malformed URL.
std::shared_ptr<FailureDestination> make_destination(const std::string& name, const DestinationMap& map);

}  // namespace tailrace::stream
