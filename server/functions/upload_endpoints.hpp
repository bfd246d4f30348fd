#pragma once

#include "server/functions/uploaded_functions.hpp"
#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds CreateFunction, UpdateFunctionCode, UpdateFunctionConfiguration, DeleteFunction, PublishVersion and
/// ListVersionsByFunction, and the operations on reserved concurrency and code signing. A change is complete
/// before its answer is sent. The functions must outlive the endpoints.
void add_upload_endpoints(Mount& lambda, UploadedFunctions& functions);

/// Adds CreateAlias, GetAlias, ListAliases, UpdateAlias and DeleteAlias. An alias points to one version.
/// Weights for several versions are refused.
void add_alias_endpoints(Mount& lambda, UploadedFunctions& functions);

/// Adds AddPermission, RemovePermission and GetPolicy. Permissions are kept and shown; they have no effect.
void add_permission_endpoints(Mount& lambda, UploadedFunctions& functions);

}  // namespace tailrace::server
