#include "server/admin/data_endpoints.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/operation/bulk/read_items.hpp"
#include "server/admin/name_list.hpp"
#include "server/data/csv_options.hpp"
#include "server/data/table_export.hpp"
#include "server/data/table_import.hpp"

namespace tailrace::server {
namespace {

namespace json = boost::json;

constexpr std::string_view lines_type = "application/x-ndjson";
constexpr int not_found_status = 404;
/// The maximum size of an answer that contains a whole table.
constexpr std::size_t max_export_bytes = 16UL * 1024 * 1024;
constexpr std::size_t export_page_bytes = 4UL * 1024 * 1024;

/// Throws DataFault.
ItemFormat format_in(const std::string& text, const std::vector<std::string_view>& accepted) {
    const auto format = format_named(text);
    const bool is_accepted = std::ranges::find(accepted, text) != accepted.end();
    if (format && is_accepted) return *format;
    throw DataFault("format must be one of " + name_list(accepted) + "; it is '" + text + "'.");
}

/// Answers with what `answer` returns, or with the fault that it throws.
template <typename Answer>
HttpResponse answering_faults(Answer answer) {
    try {
        return answer();
    } catch (const ApiError& error) {
        const bool is_missing = error.name() == "ResourceNotFoundException";
        return message_response(is_missing ? not_found_status : error.status(), error.message());
    } catch (const DataFault& fault) {
        return message_response(400, fault.what());
    }
}

HttpResponse show_table(Engine& engine, const std::string& table_name) {
    const operation::TableKeys keys = operation::keys_of_table(engine, table_name);
    json::array schema;
    json::array definitions;
    for (const table::KeyAttribute& each : keys.all) {
        definitions.push_back({{"AttributeName", each.name}, {"AttributeType", type_name(each.type)}});
        if (schema.size() == keys.table_key_count) continue;
        schema.push_back({{"AttributeName", each.name}, {"KeyType", schema.empty() ? "HASH" : "RANGE"}});
    }
    return json_response({{"TableName", table_name},
                          {"TableArn", keys.table_arn},
                          {"TableId", keys.table_id},
                          {"KeySchema", std::move(schema)},
                          {"AttributeDefinitions", std::move(definitions)}});
}

json::object json_of(const ImportCounts& counts, const std::string& table_name) {
    json::array errors;
    for (const LineFault& each : counts.faults) {
        json::object error{{"Message", each.reason}};
        if (each.line > 0) error["Line"] = each.line;
        errors.push_back(std::move(error));
    }
    return {{"TableName", table_name},
            {"ImportedItemCount", counts.imported},
            {"ErrorCount", counts.refused},
            {"Errors", std::move(errors)}};
}

HttpResponse import_items(Engine& engine, const WebRequest& request) {
    ReadingOptions options{.table_name = request.path_values.front(), .format_option = "?format="};
    options.keys = key_types(engine, options.table_name);
    if (const auto format = request.target.parameter("format")) {
        options.format = format_in(*format, read_formats());
    }
    if (const auto text = request.target.parameter("delimiter")) options.csv.delimiter = csv_delimiter(*text);
    if (const auto text = request.target.parameter("header")) {
        options.csv.header = csv_header(*text, options.csv.delimiter);
    }
    const std::string table_name = options.table_name;
    TableImport import(engine, std::move(options));
    import.add(request.body);
    return json_response(json_of(import.finish(), table_name));
}

HttpResponse export_items(Engine& engine, const WebRequest& request) {
    const std::string& table_name = request.path_values.front();
    const ItemFormat format =
        format_in(request.target.parameter("format").value_or("dynamodb-json"), written_formats());
    HttpResponse response;
    response.content_type = format == ItemFormat::csv   ? "text/csv"
                            : format == ItemFormat::ion ? "text/plain"
                                                        : lines_type;
    const auto page = request.target.parameter("page");
    if (page && format != ItemFormat::dynamodb_json) throw DataFault("page needs the format dynamodb-json.");
    if (page || format == ItemFormat::dynamodb_json) {
        ExportPart part =
            export_part(engine, table_name, page.value_or(""), page ? export_page_bytes : max_export_bytes);
        if (page && part.next) response.add_header(next_page_header, *part.next);
        if (page || !part.next) {
            response.body = std::move(part.text);
            return response;
        }
    } else if (auto text = export_table(engine, table_name, format, max_export_bytes)) {
        response.body = std::move(*text);
        return response;
    }
    throw DataFault(
        "The table has more than 16 MB. The command tailrace export writes all of it, and ?page= "
        "reads it in parts.");
}

}  // namespace

void add_data_endpoints(Mount& admin, Engine& engine) {
    admin.add({.method = "GET",
               .path = "/_tailrace/tables/{table}",
               .purpose = "A table's ARN, id and key, and the attributes that are keys of it or its indexes.",
               .function = [&engine](const WebRequest& request) {
                   return answering_faults([&] { return show_table(engine, request.path_values.front()); });
               }});
    admin.add({.method = "POST",
               .path = "/_tailrace/tables/{table}/import",
               .purpose =
                   "Puts the items in the body into a table. The answer counts them, and has the first "
                   "1,000 lines that were refused. ?format= is dynamodb-json, json, csv, ion, "
                   "batch-write-item or scan; without it, the first bytes decide. &delimiter= and "
                   "&header= are for csv.",
               .function =
                   [&engine](const WebRequest& request) {
                       return answering_faults([&] { return import_items(engine, request); });
                   },
               .parameters = {{.name = "format"}, {.name = "delimiter"}, {.name = "header"}},
               .body_type = lines_type});
    admin.add({.method = "GET",
               .path = "/_tailrace/tables/{table}/export",
               .purpose =
                   "The items of a table of up to 16 MB. ?format= is dynamodb-json (the default), json, "
                   "csv or ion. ?page= returns a part of a table of any size, and the answer's header "
                   "X-Tailrace-Next-Page then has the value of page for the next part.",
               .function =
                   [&engine](const WebRequest& request) {
                       return answering_faults([&] { return export_items(engine, request); });
                   },
               .parameters = {{.name = "format"}, {.name = "page"}},
               .answer_type = lines_type});
}

}  // namespace tailrace::server
