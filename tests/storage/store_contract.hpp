#pragma once

#include <functional>
#include <memory>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Opens a store in which there is nothing yet.
using OpenStore = std::function<std::unique_ptr<Store>()>;

/// What every store keeps to, as sections of the test case that calls this.
void check_store_contract(const OpenStore& open);

/// Carries out `work` in a transaction and commits it; again, when another process was first.
void write(Store& store, const std::function<void(Transaction&)>& work);

}  // namespace tailrace::storage
