#pragma once

#include <algorithm>
#include <iterator>
#include <vector>

#include "server/template/declarations.hpp"

namespace tailrace::server {

/// Adds what another file of the same project declares.
inline void append_declarations(Declarations& to, Declarations from) {
    const auto append = [](auto& more, auto& all) { std::ranges::move(more, std::back_inserter(all)); };
    append(from.tables, to.tables);
    append(from.functions, to.functions);
    append(from.mappings, to.mappings);
    append(from.gaps, to.gaps);
    append(from.files, to.files);
}

}  // namespace tailrace::server
