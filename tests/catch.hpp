#pragma once

// Catch2 is one header in version 2 (Debian 12) and many in version 3 (Debian 13, Ubuntu 24.04).
#ifdef TAILRACE_CATCH2_V2
#include <catch2/catch.hpp>
#else
#include <catch2/catch_all.hpp>
#endif
