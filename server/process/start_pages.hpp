#pragma once

namespace tailrace::server {

/// Releases the memory pages of the program's code. Much of that code runs only at the start (options,
/// migrations, reading the database's catalogue). The pages stay in the system's cache of the file. Code that
/// is called again is mapped from there, without reading the disk. Only Linux can do this; elsewhere nothing
/// happens.
void release_start_pages();

}  // namespace tailrace::server
