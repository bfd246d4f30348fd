#include "stream/mapping/failure/http_destination.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace tailrace::stream {
namespace {

constexpr HttpLimits limits{std::chrono::seconds(5), std::chrono::seconds(10), 64UL * 1024};
constexpr unsigned first_refusal = 300;

HttpUrl parsed(const std::string& url) {
    if (const auto parsed = HttpUrl::parse(url)) return *parsed;
    throw std::invalid_argument("'" + url + "' is not an http:// URL");
}

void send(const std::string& name, const HttpCall& call) {
    const HttpOutcome outcome = send_json(call, limits);
    if (outcome.answer && outcome.answer->status < first_refusal) return;
    throw std::runtime_error(
        "the OnFailure destination " + name + " was not reached: " +
        (outcome.answer ? "it answered " + std::to_string(outcome.answer->status) : outcome.error));
}

}  // namespace

HttpDestination::HttpDestination(std::string url) : url_(std::move(url)), place_(parsed(url_)) {}

void HttpDestination::deliver(const FailedBatch& batch) {
    send(url_, {HttpVerb::post, place_, batch.record_json, {}});
}

HttpBucket::HttpBucket(std::string url) : url_(std::move(url)), place_(parsed(url_)) {}

void HttpBucket::deliver(const FailedBatch& batch) {
    HttpUrl object = place_;
    const std::string query = object.path.substr(std::min(object.path.find('?'), object.path.size()));
    object.path.resize(object.path.size() - query.size());
    if (!object.path.ends_with('/')) object.path += '/';
    object.path += batch.object_key + query;
    send(url_, {HttpVerb::put, object, batch.object_json(), {}});
}

}  // namespace tailrace::stream
