#pragma once

#include <string>

#include "stream/handler/http_client.hpp"
#include "stream/mapping/failure/failure_destination.hpp"

namespace tailrace::stream {

/// Sends the record of each batch as the JSON body of a POST, without the event, as a queue or a topic
/// receives it.
class HttpDestination final : public FailureDestination {
  public:
    /// `url` is "http://HOST[:PORT][/PATH]". Throws std::invalid_argument if it is malformed.
    explicit HttpDestination(std::string url);

    /// Throws std::runtime_error unless an answer of at most 64 KB with a status below 300 comes within ten
    /// seconds of connecting. Looking up the host and connecting to it may each take five seconds.
    void deliver(const FailedBatch& batch) override;

  private:
    const std::string url_;
    const HttpUrl place_;
};

/// Stands in for a bucket. Puts the object that S3 receives, the record with its event, under the URL, as in
/// S3's own API: PUT URL/KEY.
class HttpBucket final : public FailureDestination {
  public:
    /// See HttpDestination.
    explicit HttpBucket(std::string url);
    void deliver(const FailedBatch& batch) override;

  private:
    const std::string url_;
    const HttpUrl place_;
};

}  // namespace tailrace::stream
