#pragma once

#include "engine/operation/engine.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the endpoints that put the items of a text into a table, and write a table's items as text. The text
/// is in the body of the request or of the answer; no file is opened. The engine must outlive them.
void add_data_endpoints(Mount& admin, Engine& engine);

/// In an answer to GET …/export?page=, this header contains the `page` parameter for the next page. The last
/// page's answer does not have the header.
inline constexpr std::string_view next_page_header = "X-Tailrace-Next-Page";

}  // namespace tailrace::server
