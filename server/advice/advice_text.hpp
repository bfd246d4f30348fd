#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/advice/advice.hpp"

namespace tailrace::server {

/// Returns "3 Scans" or "1 Scan". `several` is the plural; it may be left out if the plural is `one` with an
/// s.
std::string count_of(std::uint64_t number, std::string_view one, std::string_view several = {});
/// Returns a number with at most this many decimals: "3", "12.5".
std::string shown_number(double number, int decimals = 2);

boost::json::object advice_json(const Advice& advice);
/// Returns the advice as a page in Markdown. Whatever comes from requests is in code spans.
std::string advice_markdown(const Advice& advice);

}  // namespace tailrace::server
