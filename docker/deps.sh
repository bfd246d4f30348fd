#!/usr/bin/env bash
# docker/deps.sh [build|test|all|runtime|functions|client|bench|cross|package|npm]: installs the packages that
# Tailrace needs and that are missing.
#
#   build      what compiles the executable (the default)
#   test       what the tests need besides
#   all        both
#   runtime    what the finished executable needs on a system that does not build it
#   functions  what runs functions in Python and JavaScript
#   client     what the Cruddur scripts need to talk to it; part of test
#   bench      what tests/bench/run needs to measure Tailrace beside other servers
#   cross      what builds the executable for arm64 on another machine, and runs it there
#   package    what docker/package needs besides build; part of test
#   npm        what docker/package npm needs besides that
#
# This is the only list of packages: server/run, tests/run and docker/Dockerfile use it. It supports Debian
# 12, Debian 13 and Ubuntu 24.04. If everything is installed, it changes nothing and uses no network.
# TAILRACE_NO_INSTALL=1 makes it do nothing at all. That is for other systems, where you install the
# equivalents of the packages by hand.
set -euo pipefail

say() { printf 'docker/deps.sh: %s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

build=(g++ cmake ninja-build ccache libsqlite3-dev libcli11-dev libdeflate-dev zlib1g-dev libssl-dev
       libyaml-dev libminizip-dev libzstd-dev libpq-dev catch2)
client=(python3 python3-boto3 python3-psycopg2 postgresql-client)
test=(openssl zstd python3-jsonschema python3-yaml postgresql curl wrk nodejs npm valgrind)
package=(python3 python3-wheel)
# For the tests of packages.
test+=(debootstrap python3-pytest python3-pytest-xdist python3-venv "${package[@]}")
# The executable needs only the C library. curl is for health checks that run inside the container.
runtime=(curl)
functions=(python3 python3-boto3 nodejs)
bench=(python3 wrk postgresql)
cross=(g++-aarch64-linux-gnu qemu-user)
# Java and Node.js often do not come from the system's packages. If they are there, they are used as they are.
command -v java >/dev/null || bench+=(default-jre-headless)
npm=()
for each in node:nodejs npm:npm; do
    command -v "${each%%:*}" >/dev/null || npm+=("${each#*:}")
done
bench+=("${npm[@]}")

set=${1:-build}
case $set in
    build | test | all | runtime | functions | client | bench | cross | package | npm) ;;
    *) stop "unknown set '$set'; the sets are build, test, all, runtime, functions, client, bench," \
            cross, package and npm ;;
esac
[ -z "${TAILRACE_NO_INSTALL:-}" ] || exit 0

system=unknown name='this system'
if [ -r /etc/os-release ]; then
    # shellcheck source=/dev/null
    system=$(. /etc/os-release && printf '%s %s' "${ID:-}" "${VERSION_ID:-}")
    # shellcheck source=/dev/null
    name=$(. /etc/os-release && printf '%s' "${PRETTY_NAME:-this system}")
fi
absent=()
case $system in
    'debian 12')
        # The default Boost, 1.74, has no Boost.JSON package. Version 14 of clang's tools decides what the
        # source checks find, and the fuzzer is built with clang of that version.
        build+=(libboost1.81-dev libboost-json1.81-dev)
        client+=(awscli)
        test+=(chromium clang-format-14 clang-tidy-14 clang-14 libclang-rt-14-dev)
        ;;
    'debian 13')
        build+=(libboost-dev libboost-json-dev)
        client+=(awscli)
        test+=(chromium clang-format clang-tidy)
        absent=('clang-14 (the tests that use it are skipped, and clang-tidy checks less)')
        ;;
    'ubuntu 24.04')
        build+=(libboost-dev libboost-json-dev)
        test+=(debian-archive-keyring clang-format clang-tidy)
        absent=('awscli (tests that use the AWS CLI are skipped)'
                'chromium, which is a snap there (the test of web pages is skipped)'
                'clang-14 (the tests that use it are skipped, and clang-tidy checks less)')
        ;;
    *)
        stop "does not know $name, only Debian 12, Debian 13 and Ubuntu 24.04; install equivalents of" \
             "${build[*]}, Boost 1.81 or later with Boost.JSON, then set TAILRACE_NO_INSTALL=1"
        ;;
esac

test+=("${client[@]}")
case $set in
    build) wanted=("${build[@]}") absent=() ;;
    test) wanted=("${test[@]}") ;;
    all) wanted=("${build[@]}" "${test[@]}") ;;
    runtime) wanted=("${runtime[@]}") absent=() ;;
    functions) wanted=("${functions[@]}") absent=() ;;
    client) wanted=("${client[@]}") ;;
    bench) wanted=("${bench[@]}") absent=() ;;
    cross) wanted=("${cross[@]}") absent=() ;;
    package) wanted=("${package[@]}") absent=() ;;
    npm) wanted=("${npm[@]}") absent=() ;;
esac

# The installed packages, and the names that they provide: a package `nodejs` from another source provides
# npm, and Debian's package `npm` cannot be installed beside it.
installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed //p' |
    tr ',' '\n' | awk '{ print $1 }')
missing=()
for each in "${wanted[@]}"; do
    grep -qxF "$each" <<<"$installed" || missing+=("$each")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || stop "needs root or sudo to install: ${missing[*]}"
    as_root=(sudo)
fi
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" >&2; }

# When Debian's PostgreSQL is installed, it creates a database cluster and starts it as a service. The tests
# start a cluster of their own on a free port, so no other cluster may be left on this machine.
no_cluster=/etc/postgresql-common/createcluster.d/tailrace.conf
if [[ " ${missing[*]} " == *' postgresql '* ]]; then
    "${as_root[@]}" mkdir -p "${no_cluster%/*}"
    "${as_root[@]}" tee "$no_cluster" >/dev/null <<<'create_main_cluster = false'
    trap '"${as_root[@]}" rm -f "$no_cluster"' EXIT
fi

for each in "${absent[@]}"; do say "not installed on $name: $each"; done
say "installing ${missing[*]}"
apt update || stop "apt-get update failed; is there a network?"
apt install -y --no-install-recommends "${missing[@]}" ||
    stop "apt-get could not install ${missing[*]}; is there a network?"
