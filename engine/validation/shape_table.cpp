#include "engine/validation/shape_table.hpp"

#include <algorithm>

namespace tailrace::validation {

const Shape* find_input_shape(std::string_view operation) noexcept {
    const auto found = std::ranges::lower_bound(operation_shapes, operation, {}, &OperationShape::operation);
    return found != operation_shapes.end() && found->operation == operation ? found->input : nullptr;
}

}  // namespace tailrace::validation
