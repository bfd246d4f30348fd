#include "engine/operation/tables/table_lifecycle.hpp"

#include "engine/table/catalogue/table_catalogue_json.hpp"
#include "engine/table/changes/stream_lifecycle.hpp"

namespace tailrace::operation {
namespace {

/// A time in the form of stream labels, without a zone: 2024-06-10T19:26:16.525.
std::string stream_label(Timestamp time) {
    std::string text = iso_time(time);
    text.pop_back();
    return text;
}

}  // namespace

table::Transition begin_transition(const OperationContext& context, table::Transition::Kind kind,
                                   Timestamp now) {
    table::Transition transition;
    transition.kind = kind;
    transition.since = now;
    transition.until = now + context.options.table_delay;
    return transition;
}

table::StreamDefinition new_stream(table::WriteSession& session, const table::TableDefinition& definition,
                                   std::string_view view_type, std::size_t shards) {
    table::StreamDefinition stream;
    stream.table_name = definition.name;
    stream.region = definition.region();
    stream.key_schema = table::key_schema_json(definition.keys);
    stream.view_type = view_type;
    // Two streams of one table created within a millisecond still need different labels.
    Timestamp moment = session.now();
    do {
        stream.label = stream_label(moment);
        stream.arn = definition.arn + "/stream/" + stream.label;
        moment += std::chrono::milliseconds(1);
    } while (session.catalogue().streams.contains(stream.arn));
    table::open_stream(session, stream, shards);
    return stream;
}

}  // namespace tailrace::operation
