#include "server/dynamodb_local/banner.hpp"
#include "server/process/version.hpp"
#include "tests/catch.hpp"

using namespace tailrace::server;

// The lines are DynamoDB Local's of version 2, each with a tab, and an empty one at the end.
TEST_CASE("the banner shows what is served, in DynamoDB Local's lines") {
    const std::string release = "Tailrace " + std::string(version());
    CHECK(local_banner({}) ==
          "Initializing DynamoDB Local with the following configuration:\n"
          "Port:\t8000\n"
          "InMemory:\ttrue\n"
          "Version:\t" +
              release +
              "\n"
              "DbPath:\tnull\n"
              "SharedDb:\ttrue\n"
              "shouldDelayTransientStatuses:\tfalse\n"
              "CorsParams:\t*\n"
              "\n");
    const LocalConfiguration on_file{.port = 9000,
                                     .db_path = "./data/shared-local-instance.tailrace.db",
                                     .delays_transient_statuses = true,
                                     .cors = ""};
    CHECK(local_banner(on_file) ==
          "Initializing DynamoDB Local with the following configuration:\n"
          "Port:\t9000\n"
          "InMemory:\tfalse\n"
          "Version:\t" +
              release +
              "\n"
              "DbPath:\t./data\n"
              "SharedDb:\ttrue\n"
              "shouldDelayTransientStatuses:\ttrue\n"
              "CorsParams:\tnull\n"
              "\n");
    CHECK(local_banner({.cors = "http://a,http://b"}).ends_with("\nCorsParams:\thttp://a,http://b\n\n"));
    CHECK(local_banner({.db_path = "music.db"}).find("\nDbPath:\t.\n") != std::string::npos);
}
