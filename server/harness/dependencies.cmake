# The packages that the harness and what is below it are linked with. This project's build reads it, and so
# does whoever finds the installed harness.
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)

# libdeflate's CMake package is not in every distribution's. Its archive, so that nothing is needed to run.
find_library(DEFLATE_LIBRARY NAMES libdeflate.a deflate REQUIRED)
find_path(DEFLATE_HEADERS NAMES libdeflate.h REQUIRED)
add_library(tailrace_deflate UNKNOWN IMPORTED)
set_target_properties(tailrace_deflate PROPERTIES
  IMPORTED_LOCATION ${DEFLATE_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${DEFLATE_HEADERS})
