#include "server/web/router.hpp"

#include "tests/catch.hpp"

using namespace tailrace::server;

namespace {

const MountPolicy policy{.no_route = nullptr, .failed = nullptr, .refused = nullptr};

}  // namespace

// It does not matter which of two mounts is added first if one is inside the other.
TEST_CASE("the mount with the longest prefix serves a path", "[router]") {
    Router router;
    const Mount& outer = router.mount("/_tailrace", policy);
    const Mount& inner = router.mount("/_tailrace/console", policy);
    const Mount& dated = router.mount("/####-##-##/", policy);
    CHECK(router.find("/_tailrace") == &outer);
    CHECK(router.find("/_tailrace/clock") == &outer);
    CHECK(router.find("/_tailrace/console") == &inner);
    CHECK(router.find("/_tailrace/console/script.js") == &inner);
    CHECK(router.find("/_tailrace/consoles") == &outer);
    CHECK(router.find("/2015-03-31/functions") == &dated);
    CHECK(router.find("/_tail") == nullptr);

    Router reversed;
    const Mount& first = reversed.mount("/_tailrace/console", policy);
    const Mount& second = reversed.mount("/_tailrace", policy);
    CHECK(reversed.find("/_tailrace/console") == &first);
    CHECK(reversed.find("/_tailrace/clock") == &second);
}
