#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stream/dispatcher.hpp"
#include "stream/mapping/mapping_status.hpp"

namespace tailrace::server {

/// The mappings that could not be started and are not in the dispatcher.
using UnstartedMappings = std::function<std::vector<stream::MappingStatus>()>;

/// Every event source mapping, also those that are not started.
class KnownMappings {
  public:
    /// The dispatcher outlives it.
    KnownMappings(stream::Dispatcher& dispatcher, UnstartedMappings unstarted)
        : dispatcher_(dispatcher), unstarted_(std::move(unstarted)) {}

    stream::Dispatcher& dispatcher() const { return dispatcher_; }
    /// Those that are not started come last.
    std::vector<stream::MappingStatus> all() const;
    /// The mapping with that id or name ("TABLE/FUNCTION", or "TABLE/HANDLER" as on the command line). The
    /// table or the function alone will do where no other mapping has it. Throws stream::UnknownMapping with
    /// a sentence that says which mappings there are.
    stream::MappingStatus find(const std::string& text) const;

  private:
    stream::Dispatcher& dispatcher_;
    UnstartedMappings unstarted_;
};

}  // namespace tailrace::server
