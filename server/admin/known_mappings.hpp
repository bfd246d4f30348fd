#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "stream/dispatcher.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

/// Returns the mappings that could not be started and so are not in the dispatcher.
using UnstartedMappings = std::function<std::vector<stream::MappingStatus>()>;

/// All event source mappings, including those that are not started.
class KnownMappings {
  public:
    /// Lets this process alone run a mapping, in a database that several processes share, as long as what
    /// this returns exists. Returns null if another process does not end its batches in time.
    using AloneWith =
        std::function<std::shared_ptr<void>(const std::string& mapping_id, const std::stop_token& given_up)>;

    /// The dispatcher must outlive this object.
    KnownMappings(stream::Dispatcher& dispatcher, UnstartedMappings unstarted, AloneWith alone_with)
        : dispatcher_(dispatcher), unstarted_(std::move(unstarted)), alone_with_(std::move(alone_with)) {}

    stream::Dispatcher& dispatcher() const { return dispatcher_; }
    const AloneWith& alone_with() const { return alone_with_; }
    /// Mappings that are not started come last.
    std::vector<stream::MappingStatus> all() const;
    /// Returns the mapping with that id or name ("TABLE/FUNCTION", or "TABLE/HANDLER" as on the command
    /// line). The table or the function alone is enough if no other mapping has it. Throws
    /// stream::UnknownMapping with a sentence that names the existing mappings.
    stream::MappingStatus find(const std::string& text) const;

  private:
    stream::Dispatcher& dispatcher_;
    UnstartedMappings unstarted_;
    AloneWith alone_with_;
};

}  // namespace tailrace::server
