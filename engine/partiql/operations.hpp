#pragma once

#include <span>

#include "engine/operation/operation.hpp"

namespace tailrace::partiql {

/// The operations that accept PartiQL, in alphabetical order, for the engine's constructor.
std::span<const operation::Operation> operations();

}  // namespace tailrace::partiql
