#include "stream/mapping/failure_destination.hpp"

#include <boost/json.hpp>
#include <stdexcept>
#include <system_error>

#include "stream/handler/http_destination.hpp"
#include "stream/handler/line_file.hpp"

namespace tailrace::stream {
namespace {

namespace json = boost::json;

constexpr std::string_view file_prefix = "file:";

}  // namespace

void FileDestination::deliver(const std::string& record_json, const std::string& records_json) {
    json::object line = json::parse(record_json).as_object();
    if (!records_json.empty()) line["payload"] = records_json;
    try {
        LineFile(path_).append(json::serialize(line) + '\n');
    } catch (const std::system_error& error) {
        throw std::runtime_error("the OnFailure destination " + path_ +
                                 " cannot be written: " + error.code().message());
    }
}

std::shared_ptr<FailureDestination> make_destination(const std::string& name, const DestinationMap& map) {
    if (name.empty()) return nullptr;
    if (name.starts_with("arn:")) {
        const auto stand_in = map.find(name);
        return stand_in == map.end() ? nullptr : make_destination(stand_in->second, {});
    }
    if (name.find("://") != std::string::npos) return std::make_shared<HttpDestination>(name);
    return std::make_shared<FileDestination>(name.starts_with(file_prefix) ? name.substr(file_prefix.size())
                                                                           : name);
}

}  // namespace tailrace::stream
