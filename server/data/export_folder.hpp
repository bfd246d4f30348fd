#pragma once

#include <string>
#include <vector>

#include "server/data/data_file.hpp"

namespace tailrace::server {

/// See data_files(). `folder` is the path of a folder.
std::vector<DataFile> files_in_folder(const std::string& folder);

}  // namespace tailrace::server
