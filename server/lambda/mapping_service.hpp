#pragma once

#include <boost/json.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/operation/engine.hpp"
#include "server/lambda/mapping_definitions.hpp"
#include "server/lambda/resource_tags.hpp"
#include "stream/dispatcher.hpp"
#include "stream/function_registry.hpp"
#include "stream/mapping/parameters/mapping_configuration.hpp"
#include "stream/mapping/parameters/mapping_request.hpp"
#include "stream/shard_sharing.hpp"

namespace tailrace::server {

/// Selects the mappings to list: the mappings of this source and of this function, if given, that come after
/// the UUID in `marker`.
struct MappingSelection {
    std::string event_source_arn;
    std::string function_name;
    std::string marker;
    std::size_t max_items = 100;
};

/// Lambda's operations on event source mappings, for all mappings of the dispatcher. Mappings that are
/// created here are kept in the database and come back with restore(). Mappings that the server was started
/// with can be changed here, too, but a restart undoes the changes. A change is complete before its answer is
/// sent. The answer has the state "Creating", "Updating", "Enabling", "Disabling" or "Deleting", as on AWS,
/// but no mapping is ever in one of these states. A change that is refused, or cannot be saved, changes
/// nothing.
/// Thread-safe. Throws LambdaError.
class MappingService {
  public:
    /// All arguments must outlive the service.
    MappingService(Engine& engine, stream::FunctionRegistry& functions, stream::Dispatcher& dispatcher);

    /// Starts the mappings that were saved. A mapping may fail to start because its function no longer exists
    /// or because something is wrong with its row. It is then shown as disabled, with the reason, until it is
    /// updated, deleted or can be started. Returns a line for people about each of these.
    std::vector<std::string> restore();
    /// Stops all mappings after their batches in flight, calls `replace`, which replaces what the database
    /// has, and then does what restore() does. `replace` must not throw.
    std::vector<std::string> restart(const std::function<void()>& replace);

    /// Stops all mappings after their batches in flight, and does not start them again.
    void detach();
    /// Starts, changes and stops mappings as another process on the same database has done.
    void follow();
    /// Called if other processes use the database, and run the mappings, too.
    void share(stream::ShardSharing& sharing) { sharing_ = &sharing; }

    boost::json::object create(const boost::json::object& body);
    boost::json::object get(std::string_view uuid);
    boost::json::object update(std::string_view uuid, const boost::json::object& body);
    boost::json::object remove(std::string_view uuid);
    /// Returns the response of ListEventSourceMappings.
    boost::json::object list(const MappingSelection& selection);

    /// Returns the tags of the mapping with this ARN.
    ResourceTags tags(const std::string& mapping_arn);
    /// Replaces the tags with what `changed` returns for the old ones.
    void change_tags(const std::string& mapping_arn,
                     const std::function<ResourceTags(const ResourceTags&)>& changed);

    /// Returns the mappings that could not be started.
    std::vector<stream::MappingStatus> unstarted();

  private:
    std::vector<std::string> start_saved();
    void change(MappingDefinitions definitions, const std::function<void()>& apply);
    void start(const std::string& uuid, const MappingDefinition& definition,
               const stream::Function& function);
    void try_to_start(const std::string& uuid, MappingDefinition& definition);
    boost::json::object mend(const std::string& uuid, const MappingDefinition& unstarted,
                             const boost::json::object& body);
    bool is_defined(std::string_view uuid);
    void check(const stream::MappingParameters& parameters) const;
    stream::Function function_named(const std::string& name_or_arn) const;
    std::string table_of_stream(const std::string& stream_arn);
    std::string stream_of(const stream::MappingStatus& status);
    void refuse_second(const std::string& stream_arn, const std::string& function_name);
    std::string uuid_in(const std::string& arn);
    const ResourceTags& tags_of(const std::string& uuid);
    std::optional<stream::MappingConfiguration> find(std::string_view uuid);
    stream::MappingConfiguration configuration(const stream::MappingStatus& status);
    stream::MappingConfiguration configuration(const std::string& uuid, const MappingDefinition& definition);
    std::vector<stream::MappingConfiguration> all();
    std::string mapping_arn(const std::string& uuid) const;
    void follow_definition(const std::string& uuid, MappingDefinition& definition);

    Engine& engine_;
    stream::FunctionRegistry& functions_;
    stream::Dispatcher& dispatcher_;
    /// Null if no other process uses the database.
    stream::ShardSharing* sharing_ = nullptr;
    Timestamp started_;
    std::mutex mutex_;
    MappingDefinitions definitions_;
    /// The tags of the mappings that the server was started with. Like other changes to these, they are lost
    /// when the server ends.
    std::map<std::string, ResourceTags, std::less<>> started_tags_;
};

}  // namespace tailrace::server
