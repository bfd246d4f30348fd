# Says what `cmake --install` puts where. The component "runtime" is the executable; cpack packs it. The
# component "development" is the harness for tests in C++, which find_package(tailrace) finds as
# tailrace::harness.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
# A component can be installed even if the rest of the tree has not been built.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

install(TARGETS tailrace RUNTIME COMPONENT runtime)
install(FILES LICENSE README.md docker/packages/THIRD-PARTY-NOTICES.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime)
if(NOT CMAKE_CROSSCOMPILING)
  install(CODE "set(executable [[$<TARGET_FILE:tailrace>]])
    set(data \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}\")" COMPONENT runtime)
  install(SCRIPT docker/packages/install_texts.cmake COMPONENT runtime)
endif()
# docker/packages/executable/cpack writes this file.
install(FILES $<TARGET_FILE:tailrace>.spdx.json
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT runtime RENAME tailrace.spdx.json OPTIONAL)

set(tailrace_folder ${CMAKE_INSTALL_LIBDIR}/cmake/tailrace)
foreach(layer model expression validation storage table operation partiql stream door tree data http tls
    endpoints mcp advice namespaces template deployment server harness)
  set_target_properties(tailrace_${layer} PROPERTIES EXPORT_NAME ${layer})
  install(TARGETS tailrace_${layer} EXPORT tailrace
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/tailrace COMPONENT development
    INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tailrace)
endforeach()
install(DIRECTORY engine stream server DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tailrace
  COMPONENT development FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(EXPORT tailrace NAMESPACE tailrace:: FILE tailrace-targets.cmake
  DESTINATION ${tailrace_folder} COMPONENT development)
install(FILES server/harness/dependencies.cmake server/harness/tailrace-config.cmake
  DESTINATION ${tailrace_folder} COMPONENT development)
write_basic_package_version_file(tailrace-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tailrace-config-version.cmake
  DESTINATION ${tailrace_folder} COMPONENT development)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};tailrace;runtime;/")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_VENDOR Tailrace)
set(CPACK_PACKAGE_CONTACT "The Tailrace authors <tailrace@localhost>")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
# The executable loads the library only for tables in PostgreSQL.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libpq5 (>= 14)")
include(CPack)
