#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/resource_arn.hpp"

// There is no S3 to export to or import from. Lists are empty, and a request that names an export or an
// import gets AWS's response for one that does not exist.
namespace tailrace::operation {
namespace {

/// `kind` is the word in such ARNs ("export"), `name` the word in AWS's messages ("Export").
void check_arn(const OperationContext& context, std::string_view text, const std::string& kind,
               const std::string& name) {
    const auto arn = ResourceArn::parse(text);
    if (!arn || arn->kind != kind) throw ApiError::validation("Invalid " + name + " ARN");
    if (arn->account != context.options.account_id)
        throw ApiError(exceptions::access_denied, "Access is denied");
}

}  // namespace

std::string list_exports(OperationContext&, const Request&) {
    return R"({"ExportSummaries":[]})";
}

std::string list_imports(OperationContext&, const Request&) {
    return R"({"ImportSummaryList":[]})";
}

std::string describe_export(OperationContext& context, const Request& request) {
    const std::string_view arn = *request.text("ExportArn");
    check_arn(context, arn, "export", "Export");
    // AWS repeats itself.
    throw ApiError(exceptions::export_not_found, "Export not found: Export not found: " + std::string(arn));
}

std::string describe_import(OperationContext& context, const Request& request) {
    const std::string_view arn = *request.text("ImportArn");
    check_arn(context, arn, "import", "Import");
    throw ApiError(exceptions::import_not_found, "Import not found: " + std::string(arn));
}

}  // namespace tailrace::operation
