#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stream/dispatcher.hpp"
#include "stream/mapping/mapping_status.hpp"
#include "stream/shard_sharing.hpp"

namespace tailrace::server {

/// Returns the mappings that could not be started and so are not in the dispatcher.
using UnstartedMappings = std::function<std::vector<stream::MappingStatus>()>;

/// All event source mappings, including those that are not started.
class KnownMappings {
  public:
    /// Returns null if no other process uses the database.
    using Sharing = std::function<stream::ShardSharing*()>;

    /// The dispatcher must outlive this object.
    KnownMappings(stream::Dispatcher& dispatcher, UnstartedMappings unstarted, Sharing sharing)
        : dispatcher_(dispatcher), unstarted_(std::move(unstarted)), sharing_(std::move(sharing)) {}

    stream::Dispatcher& dispatcher() const { return dispatcher_; }
    stream::ShardSharing* sharing() const { return sharing_(); }
    /// Mappings that are not started come last.
    std::vector<stream::MappingStatus> all() const;
    /// Returns the mapping with that id or name ("TABLE/FUNCTION", or "TABLE/HANDLER" as on the command
    /// line). The table or the function alone is enough if no other mapping has it. Throws
    /// stream::UnknownMapping with a sentence that names the existing mappings.
    stream::MappingStatus find(const std::string& text) const;

  private:
    stream::Dispatcher& dispatcher_;
    UnstartedMappings unstarted_;
    Sharing sharing_;
};

}  // namespace tailrace::server
