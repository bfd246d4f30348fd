# The console's files, in the order in which a browser needs them.
set(console_pages
  index.html
  style.css
  icon.svg
  app.js
  api.js
  calls.js
  chart.js
  data_transfer.js
  elements.js
  entities.js
  item_changes.js
  item_editor.js
  item_pages.js
  item_query.js
  query_form.js
  requests_as_code.js
  signature.js
  stream_undo.js
  value_fields.js
  values.js
  view_list.js
  virtual_table.js
  views/about.js
  views/advice.js
  views/failures.js
  views/faults.js
  views/function.js
  views/items.js
  views/limits.js
  views/live.css
  views/live.js
  views/mapping.js
  views/mappings.js
  views/namespaces.js
  views/partiql.js
  views/records.js
  views/requests.js
  views/single_table.js
  views/stream.js
  views/streams.js
  views/table_form.js
  views/table_settings.js
  views/table_view.js
  views/tables.js
  views/time.js)

# Compresses each file at build time, and writes console_pages.cpp, which has them all.
find_program(GZIP_PROGRAM gzip REQUIRED)
set(assembly "")
set(symbols "")
set(pages "")
set(compressed_pages "")
set(number 0)
set(type_html "text/html; charset=utf-8")
set(type_svg "image/svg+xml")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
foreach(page IN LISTS console_pages)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/console/pages/${page})
  set(compressed ${CMAKE_CURRENT_BINARY_DIR}/console/${page}.gz)
  get_filename_component(folder ${compressed} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(OUTPUT ${compressed}
    COMMAND ${GZIP_PROGRAM} -9nc ${source} > ${compressed}
    DEPENDS ${source} COMMENT "Compressing the console's ${page}" VERBATIM)
  list(APPEND compressed_pages ${compressed})
  get_filename_component(ending ${page} LAST_EXT)
  string(SUBSTRING ${ending} 1 -1 ending)
  set(symbol tailrace_console_page_${number})
  string(APPEND assembly
    ".globl ${symbol}\\n.globl ${symbol}_end\\n${symbol}: .incbin \\\"${compressed}\\\"\\n${symbol}_end:\\n")
  string(APPEND symbols "extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n")
  string(APPEND pages
    "        ConsolePage{\"${page}\", \"${type_${ending}}\", {${symbol}, ${symbol}_end}},\n")
  math(EXPR number "${number} + 1")
endforeach()
set(console_pages_source ${CMAKE_CURRENT_BINARY_DIR}/console/console_pages.cpp)
configure_file(console/console_pages.cpp.in ${console_pages_source} @ONLY)
# A file that is compiled together with others loses its dependencies.
set_source_files_properties(${console_pages_source} PROPERTIES
  OBJECT_DEPENDS "${compressed_pages}" SKIP_UNITY_BUILD_INCLUSION ON)
