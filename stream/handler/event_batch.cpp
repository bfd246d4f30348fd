#include <boost/json.hpp>

#include "stream/handler/handler.hpp"

namespace tailrace::stream {

std::string EventBatch::event_json() const {
    const std::string source =
        ",\"eventSourceARN\":" + boost::json::serialize(boost::json::string(stream_arn)) + "}";
    std::string event = "{\"Records\":[";
    for (const EventRecord& record : records) {
        if (event.back() != '[') event.push_back(',');
        event.append(record.json, 0, record.json.size() - 1).append(source);
    }
    return event.append("]}");
}

}  // namespace tailrace::stream
