#pragma once

#include <libpq-fe.h>

namespace tailrace::storage {

// Each member of the two structures is a function of libpq: cmd_tuples is PQcmdTuples.

/// The functions of libpq that read what a statement has returned.
struct LibpqResults {
    decltype(&::PQclear) clear;
    decltype(&::PQcmdTuples) cmd_tuples;
    decltype(&::PQgetlength) getlength;
    decltype(&::PQgetvalue) getvalue;
    decltype(&::PQntuples) ntuples;
    decltype(&::PQresultErrorField) result_error_field;
    decltype(&::PQresultStatus) result_status;
};

/// The functions of PostgreSQL's client library that the code in this folder uses. The library is loaded when
/// the first store of PostgreSQL is opened, so a server without one neither needs the library nor pays for
/// it: loading it with its dependencies would double the time that a start takes.
struct Libpq : LibpqResults {
    decltype(&::PQconnectdbParams) connectdb_params;
    decltype(&::PQconninfoFree) conninfo_free;
    decltype(&::PQconninfoParse) conninfo_parse;
    decltype(&::PQenterPipelineMode) enter_pipeline_mode;
    decltype(&::PQerrorMessage) error_message;
    decltype(&::PQexec) exec;
    decltype(&::PQfinish) finish;
    decltype(&::PQfreemem) freemem;
    decltype(&::PQgetResult) get_result;
    decltype(&::PQpipelineSync) pipeline_sync;
    decltype(&::PQsendPrepare) send_prepare;
    decltype(&::PQsendQueryParams) send_query_params;
    decltype(&::PQsendQueryPrepared) send_query_prepared;
    decltype(&::PQserverVersion) server_version;
    decltype(&::PQsetNoticeProcessor) set_notice_processor;
    decltype(&::PQstatus) status;
};

/// Loads the library at the first call. Throws StorageError if it is missing or too old.
const Libpq& libpq();

}  // namespace tailrace::storage
