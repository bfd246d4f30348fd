#pragma once

#include <string>

#include "stream/handler/http_client.hpp"
#include "stream/mapping/failure/failure_destination.hpp"

namespace tailrace::stream {

/// Sends the record of each batch as the JSON body of a POST, as a queue or a topic gets it: without the
/// event.
class HttpDestination final : public FailureDestination {
  public:
    /// `url` is "http://HOST[:PORT][/PATH]". Throws std::invalid_argument where it is none.
    explicit HttpDestination(std::string url);

    /// Throws std::runtime_error when no answer with a status below 300, and of at most 64 KB, comes within
    /// ten seconds.
    void deliver(const FailedBatch& batch) override;

  private:
    const std::string url_;
    const HttpUrl place_;
};

/// Stands in for a bucket: puts what S3 gets, the record with its event, as an object under the URL, as S3's
/// own API has it: PUT URL/KEY.
class HttpBucket final : public FailureDestination {
  public:
    /// As HttpDestination.
    explicit HttpBucket(std::string url);
    void deliver(const FailedBatch& batch) override;

  private:
    const std::string url_;
    const HttpUrl place_;
};

}  // namespace tailrace::stream
