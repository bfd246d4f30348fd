#include "stream/lambda_arn.hpp"

namespace tailrace::stream {

std::string lambda_arn(const EngineOptions& options, std::string_view resource) {
    return ("arn:aws:lambda:" + options.region + ":" + options.account_id + ":").append(resource);
}

}  // namespace tailrace::stream
