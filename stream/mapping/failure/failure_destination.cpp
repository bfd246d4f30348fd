#include "stream/mapping/failure/failure_destination.hpp"

#include <boost/json.hpp>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "engine/model/json_text.hpp"
#include "stream/handler/line_file.hpp"
#include "stream/mapping/failure/http_destination.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

constexpr std::string_view file_prefix = "file:";
constexpr std::string_view topic_prefix = "kafka://";

json::object object_of(const FailedBatch& batch) {
    json::object object = parse_json(batch.record_json).as_object();
    object["payload"] = batch.event_json;
    return object;
}

/// "arn:aws:s3:::NAME"
bool is_bucket(std::string_view arn) {
    constexpr std::string_view service = ":s3:";
    const std::size_t partition_end = arn.find(':', arn.find(':') + 1);
    return partition_end != std::string_view::npos && arn.substr(partition_end).starts_with(service);
}

std::shared_ptr<FailureDestination> make_place(const std::string& place, bool is_for_bucket) {
    if (place.find("://") != std::string::npos) {
        if (is_for_bucket) return std::make_shared<HttpBucket>(place);
        return std::make_shared<HttpDestination>(place);
    }
    return std::make_shared<FileDestination>(
        place.starts_with(file_prefix) ? place.substr(file_prefix.size()) : place,
        is_for_bucket ? FileDestination::StandsFor::bucket : FileDestination::StandsFor::itself);
}

}  // namespace

std::string FailedBatch::object_json() const {
    return json::serialize(object_of(*this));
}

void FileDestination::deliver(const FailedBatch& batch) {
    json::object line = object_of(batch);
    if (stands_for_ == StandsFor::bucket) line["objectKey"] = batch.object_key;
    try {
        LineFile(path_).append(json::serialize(line) + '\n');
    } catch (const std::system_error& error) {
        throw std::runtime_error("the OnFailure destination " + path_ +
                                 " cannot be written: " + error.code().message());
    }
}

std::shared_ptr<FailureDestination> make_destination(const std::string& name, const DestinationMap& map) {
    if (name.empty()) return nullptr;
    if (!name.starts_with("arn:") && !name.starts_with(topic_prefix)) return make_place(name, false);
    const auto stand_in = map.find(name);
    return stand_in == map.end() ? nullptr : make_place(stand_in->second, is_bucket(name));
}

}  // namespace tailrace::stream
