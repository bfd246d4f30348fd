#include "stream/handler/http_destination.hpp"

#include <chrono>
#include <stdexcept>

namespace tailrace::stream {
namespace {

constexpr std::chrono::seconds patience(10);
constexpr unsigned first_refusal = 300;

}  // namespace

HttpDestination::HttpDestination(std::string url) : url_(std::move(url)) {
    const auto parsed = HttpUrl::parse(url_);
    if (!parsed) throw std::invalid_argument("'" + url_ + "' is no http:// URL");
    place_ = *parsed;
}

void HttpDestination::deliver(const std::string& record_json, const std::string&) {
    const HttpOutcome outcome = post_json(place_, record_json, {}, patience);
    if (outcome.answer && outcome.answer->status < first_refusal) return;
    throw std::runtime_error(
        "the OnFailure destination " + url_ + " was not reached: " +
        (outcome.answer ? "it answered " + std::to_string(outcome.answer->status) : outcome.error));
}

}  // namespace tailrace::stream
