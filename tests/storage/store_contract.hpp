#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/store.hpp"

namespace tailrace::storage {

inline constexpr SpaceId contract_space = 7;

using Keys = std::vector<std::string>;

/// Opens an empty store.
using OpenStore = std::function<std::unique_ptr<Store>()>;

/// Checks the contract of every store, as sections of the calling test case.
void check_store_contract(const OpenStore& open);

/// The same for the readers of a store that has readers.
void check_reader_contract(const OpenStore& open);

/// A store whose space `contract_space` has these rows.
std::unique_ptr<Store> store_with(const OpenStore& open, const Keys& rows);

Keys keys(ReadTransaction& transaction, SpaceId of, const KeyRange& range = {},
          Direction direction = Direction::forward);

/// The value of a key; "nothing" if there is none.
std::string value(ReadTransaction& transaction, SpaceId of, std::string_view key);

/// Runs `work` in a transaction and commits it; repeats both if another process committed first.
void write(Store& store, const std::function<void(Transaction&)>& work);

}  // namespace tailrace::storage
