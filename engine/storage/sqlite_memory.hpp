#pragma once

namespace tailrace::storage {

/// Lets SQLite keep the blocks of its statement journals, with which it can undo a part of a transaction. It
/// takes and frees a few dozen of them for each part, and the system's allocator keeps only seven of a size
/// at hand. Called before the first connection is opened.
void keep_journal_blocks();

}  // namespace tailrace::storage
