#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "server/template/declarations.hpp"

namespace tailrace::server {

/// Returns a file or a folder among the samples.
std::filesystem::path sample(const std::string& name);
std::string sample_text(const std::string& name);

/// Returns "FILE:LINE: TEXT" for each gap, without the file's folder.
std::vector<std::string> texts_of(const std::vector<Gap>& gaps);

/// Returns what is JSON in a C++ text, in the form of boost::json::serialize().
std::string json_of(const char* text);

}  // namespace tailrace::server
