# find_package(tailrace) provides tailrace::harness, a whole Tailrace inside a test.
include(${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/tailrace-targets.cmake)
