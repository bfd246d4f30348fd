#pragma once

#include "server/web/router.hpp"

namespace tailrace::server {

/// Adds the console: pages at /_tailrace/console for people who look at their tables in a browser. The pages
/// hold no data and no secrets, so they need no admin token. Whatever they show, they ask of DynamoDB's API
/// and of /_tailrace, where the usual rules of access apply.
void mount_console(Router& router);

}  // namespace tailrace::server
