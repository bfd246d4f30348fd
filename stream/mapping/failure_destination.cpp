#include "stream/mapping/failure_destination.hpp"

#include <boost/json.hpp>
#include <stdexcept>
#include <system_error>

#include "engine/model/json_text.hpp"
#include "stream/handler/http_destination.hpp"
#include "stream/handler/line_file.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

constexpr std::string_view file_prefix = "file:";
constexpr std::string_view topic_prefix = "kafka://";

std::string with_payload(const std::string& record_json, const std::string& records_json) {
    json::object record = parse_json(record_json).as_object();
    if (!records_json.empty()) record["payload"] = records_json;
    return json::serialize(record);
}

/// What stands in for a bucket.
class Bucket final : public FailureDestination {
  public:
    explicit Bucket(std::shared_ptr<FailureDestination> stand_in) : stand_in_(std::move(stand_in)) {}
    void deliver(const std::string& record_json, const std::string& records_json) override {
        stand_in_->deliver(with_payload(record_json, records_json), {});
    }

  private:
    const std::shared_ptr<FailureDestination> stand_in_;
};

/// "arn:aws:s3:::NAME"
bool is_bucket(std::string_view arn) {
    constexpr std::string_view service = ":s3:";
    const std::size_t partition_end = arn.find(':', arn.find(':') + 1);
    return partition_end != std::string_view::npos && arn.substr(partition_end).starts_with(service);
}

}  // namespace

void FileDestination::deliver(const std::string& record_json, const std::string& records_json) {
    try {
        LineFile(path_).append(with_payload(record_json, records_json) + '\n');
    } catch (const std::system_error& error) {
        throw std::runtime_error("the OnFailure destination " + path_ +
                                 " cannot be written: " + error.code().message());
    }
}

std::shared_ptr<FailureDestination> make_destination(const std::string& name, const DestinationMap& map) {
    if (name.empty()) return nullptr;
    if (name.starts_with("arn:") || name.starts_with(topic_prefix)) {
        const auto stand_in = map.find(name);
        if (stand_in == map.end()) return nullptr;
        auto destination = make_destination(stand_in->second, {});
        if (destination && is_bucket(name)) return std::make_shared<Bucket>(std::move(destination));
        return destination;
    }
    if (name.find("://") != std::string::npos) return std::make_shared<HttpDestination>(name);
    return std::make_shared<FileDestination>(name.starts_with(file_prefix) ? name.substr(file_prefix.size())
                                                                           : name);
}

}  // namespace tailrace::stream
