#include "engine/model/detected_faults.hpp"

namespace tailrace {

std::string detected_faults(const std::vector<std::string>& faults) {
    std::string out = std::to_string(faults.size());
    out.append(faults.size() == 1 ? " validation error detected: " : " validation errors detected: ");
    for (std::size_t i = 0; i < faults.size(); ++i) {
        if (i > 0) out.append("; ");
        out.append(faults[i]);
    }
    return out;
}

}  // namespace tailrace
