#include "tests/template/samples.hpp"

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

namespace tailrace::server {

std::filesystem::path sample(const std::string& name) {
    return std::filesystem::path(TAILRACE_TEMPLATE_SAMPLES) / name;
}

std::string sample_text(const std::string& name) {
    std::ifstream file(sample(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> texts_of(const std::vector<Gap>& gaps) {
    std::vector<std::string> texts;
    for (const Gap& each : gaps) {
        const Place place{std::filesystem::path(each.place.file).filename().string(), each.place.line};
        texts.push_back(place.text() + ": " + each.text);
    }
    return texts;
}

std::string json_of(const char* text) {
    return boost::json::serialize(boost::json::parse(text));
}

}  // namespace tailrace::server
