#pragma once

#include <string>

#include "engine/storage/open_store.hpp"

namespace tailrace::tests {

/// Why a store at this location is not opened; "opened" if it is.
inline std::string refusal(const std::string& location) {
    try {
        storage::open_store({location});
        return "opened";
    } catch (const storage::StorageError& error) {
        return error.what();
    }
}

}  // namespace tailrace::tests
