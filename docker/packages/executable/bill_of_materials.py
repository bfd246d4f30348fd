"""bill_of_materials.py BUILD TARGET EXECUTABLE: prints what an executable is made of, as SPDX 2.3 in JSON.

BUILD is the build folder, TARGET what was linked there, EXECUTABLE the file that is distributed. Ninja and
the linker have recorded which files were linked and which headers were compiled in. A file that belongs to no
component of the table below is an error. Versions are read from the components' own files.
"""

import dataclasses
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


@dataclasses.dataclass
class Component:
    name: str
    licence: str
    url: str
    # Matches the component's files: headers, and what is linked.
    files: str
    # The header or archive that contains the version, and how it is written there.
    header: str
    version: str


# A file belongs to the first component that matches it.
COMPONENTS = [
    Component("Boost", "BSL-1.0", "https://www.boost.org", r"/(boost/|libboost_)",
              "/boost/version.hpp", r'BOOST_LIB_VERSION "(\d+)_(\d+)'),
    Component("SQLite", "blessing", "https://www.sqlite.org", r"/(sqlite3\.h|libsqlite3)",
              "/sqlite3.h", r'SQLITE_VERSION +"(.+)"'),
    Component("OpenSSL", "Apache-2.0", "https://www.openssl.org", r"/(openssl/|lib(ssl|crypto)\.)",
              "/openssl/opensslv.h",
              r"_MAJOR +(\d+)\n(?:.*\n)*?.*_MINOR +(\d+)\n(?:.*\n)*?.*_PATCH +(\d+)"),
    Component("zlib", "Zlib", "https://zlib.net", r"/(zlib\.h|zconf\.h|libz\.)",
              "/zlib.h", r'ZLIB_VERSION "(.+)"'),
    Component("minizip", "Zlib", "https://zlib.net", r"/(minizip/|libminizip\.)",
              "/minizip/unzip.h", r"Version (\d+\.\d+)"),
    Component("libdeflate", "MIT", "https://github.com/ebiggers/libdeflate", r"/libdeflate\.",
              "/libdeflate.h", r'LIBDEFLATE_VERSION_STRING\s+"(.+)"'),
    Component("libyaml", "MIT", "https://github.com/yaml/libyaml", r"/(yaml\.h|libyaml\.)",
              "/libyaml.a", r"\0(\d+)\.(\d+)\.(\d+)\0"),
    Component("zstd", "BSD-3-Clause", "https://github.com/facebook/zstd", r"/(zstd(_errors)?\.h|libzstd\.)",
              "/libzstd.a", r"\0(\d+)\.(\d+)\.(\d+)\0"),
    Component("CLI11", "BSD-3-Clause", "https://github.com/CLIUtils/CLI11", r"/CLI/",
              "/CLI/Version.hpp", r'CLI11_VERSION "(.+)"'),
    Component("GCC runtime libraries", "GPL-3.0-or-later WITH GCC-exception-3.1", "https://gcc.gnu.org",
              r"/(c\+\+|gcc|gcc-cross)/|/(libstdc\+\+|libgcc(_eh|_s)?)\.|/crt(begin|end)\w*\.o$",
              "", r"__GNUC__ (\d+)\n(?:.*\n)*.*__GNUC_MINOR__ (\d+)"),
    Component("Linux headers", "GPL-2.0-only WITH Linux-syscall-note", "https://www.kernel.org",
              r"/include/([\w-]+-linux-gnu/)?(linux|asm|asm-generic)/", "/linux/version.h",
              r"LINUX_VERSION_MAJOR (\d+)\n.*LINUX_VERSION_PATCHLEVEL (\d+)"),
    Component("GNU C Library", "LGPL-2.1-or-later", "https://www.gnu.org/software/libc/",
              r"/include/|/(crt[1in]\.o|lib(c|m|mvec|dl|c_nonshared|resolv)[-.].+|ld-linux.+)$",
              "/features.h", r"__GLIBC__\s+(\d+)\n.*__GLIBC_MINOR__\s+(\d+)"),
]


def ninja(build, *arguments):
    done = subprocess.run(["ninja", "-C", build, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def outside_paths(build, paths):
    """Yields those paths, absolute or relative to the build folder, that are not files of the project."""
    for each in paths:
        path = Path(os.path.normpath(build / each))
        if build / "sysroot" in path.parents or not (ROOT in path.parents or build in path.parents):
            yield str(path)


def headers_of(build, target):
    """Returns the headers from outside the project that were compiled into the target's objects."""
    inputs = ninja(build, "-t", "inputs", target)
    objects = [each for each in inputs if each.endswith((".o", ".gch"))]
    lines = ninja(build, "-t", "deps", *objects)
    return set(outside_paths(build, {line.strip() for line in lines if line.startswith("    ")}))


def linked_into(build, target):
    """Returns the files from outside the project that the linker read."""
    text = (build / "server" / f"{target}.linked").read_text(encoding="utf-8")
    # The file contains a rule for make, and after it an empty rule for each file.
    paths = {each.rstrip(":") for each in text.split() if each != "\\"}
    # For some packages, the build makes a file from the package's archive, and links that file. The archive
    # itself is then only among Ninja's inputs.
    paths |= {each for each in ninja(build, "-t", "inputs", target) if each.endswith(".a")}
    return set(outside_paths(build, paths))


def component_of(path):
    for each in COMPONENTS:
        if re.search(each.files, path):
            return each
    raise SystemExit(f"bill_of_materials.py: {path} belongs to no component")


def version_of(component, files, build):
    if component.header:
        header = min(path for path in files if path.endswith(component.header))
        text = Path(header).read_text(encoding="utf-8", errors="replace")
    else:
        (found,) = (build / "CMakeFiles").glob("*/CMakeCXXCompiler.cmake")
        compiler = re.search(r'^set\(CMAKE_CXX_COMPILER "(.+)"\)', found.read_text(encoding="utf-8"),
                             re.MULTILINE).group(1)
        text = subprocess.run([compiler, "-dM", "-E", "-x", "c++", "/dev/null"], check=True,
                              capture_output=True, text=True).stdout
    return ".".join(re.search(component.version, text).groups())


def project_version():
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"^project\(tailrace VERSION (\S+)", text, re.MULTILINE).group(1)


def package(name, version, licence, url):
    return {
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9]+", "-", name),
        "name": name,
        "versionInfo": version,
        "downloadLocation": "NOASSERTION",
        "homepage": url,
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": "NOASSERTION",
    }


def bill(build, target, executable):
    headers, linked = headers_of(build, target), linked_into(build, target)
    used, archives, libraries = set(), set(), set()
    for path in headers | linked:
        component = component_of(path)
        used.add(component.name)
        if re.search(r"\.a$|\.o$", path):
            archives.add(component.name)
        elif re.search(r"\.so(\.\d+)*$", path):
            libraries.add(component.name)
    digest = hashlib.sha256(executable.read_bytes()).hexdigest()
    tailrace = package("tailrace", project_version(), "Apache-2.0", "NOASSERTION")
    tailrace["checksums"] = [{"algorithm": "SHA256", "checksumValue": digest}]
    packages, relations = [tailrace], []
    for each in COMPONENTS:
        if each.name not in used:
            continue
        packages.append(package(each.name, version_of(each, headers | linked, build), each.licence, each.url))
        # A few objects of the C library are always linked statically. The rest is in its shared library, if
        # that is used.
        way = ("DYNAMIC_LINK" if each.name in libraries else
               "STATIC_LINK" if each.name in archives else "CONTAINS")
        relations.append({"spdxElementId": tailrace["SPDXID"], "relationshipType": way,
                          "relatedSpdxElement": packages[-1]["SPDXID"]})
    # The same input gives the same bytes, so the current time is not used.
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    created = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"tailrace-{project_version()}",
        "documentNamespace": f"urn:sha256:{digest}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: tailrace"]},
        "documentDescribes": [tailrace["SPDXID"]],
        "packages": packages,
        "relationships": relations,
    }


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(f"usage: {sys.argv[0]} BUILD TARGET EXECUTABLE")
    print(json.dumps(bill(Path(sys.argv[1]).resolve(), sys.argv[2], Path(sys.argv[3])), indent=2))
