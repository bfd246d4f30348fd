#pragma once

namespace tailrace::server {

/// Releases the pages of the program's code, much of which only the start runs (options, migrations, the
/// catalogue). They stay in the system's cache of the file. Code that is called again is mapped from there,
/// without reading the disk. Only Linux can do this; elsewhere nothing happens.
void release_start_pages();

}  // namespace tailrace::server
