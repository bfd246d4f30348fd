# The packages that the harness and the layers below it are linked with. This project's build reads this file,
# and so does find_package() for the installed harness.
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)

# Not every distribution has a CMake package of libdeflate. The archive is preferred, so that no library is
# needed at run time.
find_library(DEFLATE_LIBRARY NAMES libdeflate.a deflate REQUIRED)
find_path(DEFLATE_HEADERS NAMES libdeflate.h REQUIRED)
add_library(tailrace_deflate UNKNOWN IMPORTED)
set_target_properties(tailrace_deflate PROPERTIES
  IMPORTED_LOCATION ${DEFLATE_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${DEFLATE_HEADERS})

# The same for libyaml.
find_library(YAML_LIBRARY NAMES libyaml.a yaml REQUIRED)
find_path(YAML_HEADERS NAMES yaml.h REQUIRED)
add_library(tailrace_yaml UNKNOWN IMPORTED)
set_target_properties(tailrace_yaml PROPERTIES
  IMPORTED_LOCATION ${YAML_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${YAML_HEADERS})

# The same for minizip, which uses zlib.
find_library(MINIZIP_LIBRARY NAMES libminizip.a minizip REQUIRED)
find_path(MINIZIP_HEADERS NAMES minizip/unzip.h REQUIRED)
add_library(tailrace_minizip UNKNOWN IMPORTED)
set_target_properties(tailrace_minizip PROPERTIES
  IMPORTED_LOCATION ${MINIZIP_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${MINIZIP_HEADERS}
  INTERFACE_LINK_LIBRARIES ZLIB::ZLIB)

# The same for zstd.
find_library(ZSTD_LIBRARY NAMES libzstd.a zstd REQUIRED)
find_path(ZSTD_HEADERS NAMES zstd.h REQUIRED)
add_library(tailrace_zstd UNKNOWN IMPORTED)
set_target_properties(tailrace_zstd PROPERTIES
  IMPORTED_LOCATION ${ZSTD_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${ZSTD_HEADERS})
