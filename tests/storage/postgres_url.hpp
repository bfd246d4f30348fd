#pragma once

#include <atomic>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace tailrace::tests {

/// The PostgreSQL that postgres_store_test.py has started.
inline std::string postgres_url() {
    const char* const url = std::getenv("TAILRACE_TEST_POSTGRESQL");
    if (url == nullptr) throw std::runtime_error("TAILRACE_TEST_POSTGRESQL is not set");
    return url;
}

/// A schema that no other test uses.
inline std::string fresh_postgres_url() {
    static std::atomic<int> schemas = 0;
    return postgres_url() + "?schema=test_" + std::to_string(++schemas);
}

}  // namespace tailrace::tests
