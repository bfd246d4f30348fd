#pragma once

#include <vector>

#include "engine/storage/store.hpp"
#include "engine/table/catalogue.hpp"

namespace tailrace::table {

struct FoundSpaces {
    /// In the order of their ids.
    std::vector<storage::SpaceId> all;
    /// Those whose rows are being removed.
    std::vector<storage::SpaceId> discarded;
    /// The newest number that was drawn for one.
    storage::SpaceId newest = 0;
};

/// Holds a catalogue against the spaces that are there, before anything is done with them. Throws
/// StorageError, and says what is missing, when a space that the catalogue names is not there, when there is
/// a space of a table but no table in the catalogue, and when a space has a number that is still to be drawn.
void check_spaces(const Catalogue& catalogue, const FoundSpaces& spaces);

}  // namespace tailrace::table
