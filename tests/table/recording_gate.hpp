#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "engine/table/catalogue/table_definition.hpp"
#include "engine/table/item_gate.hpp"

namespace tailrace::tests {

/// A gate that keeps a line for each access it is asked about, "PutItem music write", and returns `answer`.
class RecordingGate final : public table::ItemGate {
  public:
    std::optional<ApiError> admit(const table::ItemAccess& access) override {
        static constexpr std::array<const char*, 3> kinds = {"read", "transactional read", "write"};
        std::string line(access.operation);
        line.append(line.empty() ? "" : " ").append(access.table.name);
        if (access.index != nullptr) line.append(".").append(access.index->name);
        line.append(" ").append(kinds[static_cast<std::size_t>(access.kind)]);
        if (access.row_key.empty()) line.append(" of a page");
        asked.push_back(line);
        return answer;
    }

    std::vector<std::string> asked = {};
    std::optional<ApiError> answer = {};
};

}  // namespace tailrace::tests
