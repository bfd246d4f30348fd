#include "engine/storage/postgres/libpq.hpp"

#include <dlfcn.h>

#include <string>

#include "engine/storage/store.hpp"

namespace tailrace::storage {
namespace {

#ifdef __APPLE__
constexpr const char* library_name = "libpq.5.dylib";
#else
constexpr const char* library_name = "libpq.so.5";
#endif

template <typename Function>
void find(void* library, Function& function, const char* name) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    if (function != nullptr) return;
    throw StorageError(std::string("the PostgreSQL client library ") + library_name + " has no " + name +
                       ": version 14 or later is needed");
}

/// The library stays loaded.
Libpq load_libpq() {
    void* const library = ::dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        throw StorageError(std::string("the PostgreSQL client library ") + library_name +
                           " cannot be loaded: install the package libpq5 (Debian, Ubuntu) or libpq "
                           "(Fedora, Alpine, Homebrew)");
    }
    Libpq found{};
    find(library, found.clear, "PQclear");
    find(library, found.connectdb_params, "PQconnectdbParams");
    find(library, found.conninfo_free, "PQconninfoFree");
    find(library, found.conninfo_parse, "PQconninfoParse");
    find(library, found.cmd_tuples, "PQcmdTuples");
    find(library, found.enter_pipeline_mode, "PQenterPipelineMode");
    find(library, found.error_message, "PQerrorMessage");
    find(library, found.exec, "PQexec");
    find(library, found.finish, "PQfinish");
    find(library, found.freemem, "PQfreemem");
    find(library, found.get_result, "PQgetResult");
    find(library, found.getlength, "PQgetlength");
    find(library, found.getvalue, "PQgetvalue");
    find(library, found.ntuples, "PQntuples");
    find(library, found.pipeline_sync, "PQpipelineSync");
    find(library, found.result_error_field, "PQresultErrorField");
    find(library, found.result_status, "PQresultStatus");
    find(library, found.send_prepare, "PQsendPrepare");
    find(library, found.send_query_params, "PQsendQueryParams");
    find(library, found.send_query_prepared, "PQsendQueryPrepared");
    find(library, found.server_version, "PQserverVersion");
    find(library, found.set_notice_processor, "PQsetNoticeProcessor");
    find(library, found.status, "PQstatus");
    return found;
}

}  // namespace

const Libpq& libpq() {
    static const Libpq functions = load_libpq();
    return functions;
}

}  // namespace tailrace::storage
