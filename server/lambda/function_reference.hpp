#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/web/web_message.hpp"
#include "stream/handler/lambda_arn.hpp"

namespace tailrace::server {

/// Returns the function that a request's path and its parameter Qualifier name. Throws LambdaError.
stream::FunctionReference reference_in(const WebRequest& request);

/// The parameters MaxItems and Marker of a request.
struct ListPage {
    std::size_t max_items = 50;
    std::string marker = {};
};

/// Throws LambdaError.
ListPage page_in(const WebRequest& request);

/// Returns "{NAME: [the items of the page], NextMarker}". Each item comes with its marker, and items are in
/// the order of their markers.
boost::json::object page_of(const ListPage& page, std::string_view name,
                            std::vector<std::pair<std::string, boost::json::object>> items);

}  // namespace tailrace::server
