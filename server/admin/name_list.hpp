#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tailrace::server {

/// Returns "a, b and c".
inline std::string name_list(const std::vector<std::string_view>& names) {
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) list.append(i + 1 == names.size() ? " and " : ", ");
        list.append(names[i]);
    }
    return list;
}

}  // namespace tailrace::server
