#pragma once

namespace tailrace::server {

/// Lets go of the pages of the program's code, much of which only the start runs (options, migrations, the
/// catalogue). They stay in the system's cache of the file, and what is called again is mapped from there,
/// without a disk. Only Linux can; elsewhere nothing happens.
void release_start_pages();

}  // namespace tailrace::server
