#pragma once

#include <string>

#include "stream/handler/http_client.hpp"
#include "stream/mapping/failure_destination.hpp"

namespace tailrace::stream {

/// Sends what is told of each batch as the JSON body of a POST, as a queue or a topic gets it: without the
/// records.
class HttpDestination final : public FailureDestination {
  public:
    /// `url` is "http://HOST[:PORT][/PATH]". Throws std::invalid_argument where it is none.
    explicit HttpDestination(std::string url);

    /// Throws std::runtime_error when no answer with a status below 300 comes within ten seconds.
    void deliver(const std::string& record_json, const std::string& records_json) override;

  private:
    const std::string url_;
    HttpUrl place_;
};

}  // namespace tailrace::stream
