#pragma once

#include <functional>
#include <memory>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

/// Opens an empty store.
using OpenStore = std::function<std::unique_ptr<Store>()>;

/// Checks the contract of every store, as sections of the calling test case.
void check_store_contract(const OpenStore& open);

/// Runs `work` in a transaction and commits it; repeats both if another process committed first.
void write(Store& store, const std::function<void(Transaction&)>& work);

}  // namespace tailrace::storage
