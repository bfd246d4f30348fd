#!/usr/bin/python3
"""The executables that docker/package makes in this build folder: complete, and with correct bills of
materials.

    executable_test.py BUILD
"""

import json
import platform
import re
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from packing import ROOT, run, usage

MACHINE = {"x86_64": "x64", "aarch64": "arm64"}[platform.machine()]
TARGETS = {f"linux-{MACHINE}": "tailrace_static", f"linux-{MACHINE}-glibc": "tailrace"}
# Debian's source packages, and the names of their software in the bills.
NAMES = {"boost": "Boost", "sqlite3": "SQLite", "openssl": "OpenSSL", "zlib": "zlib",
         "libdeflate": "libdeflate", "libyaml": "libyaml", "libzstd": "zstd", "minizip": "minizip",
         "gcc": "GCC runtime libraries", "glibc": "GNU C Library"}
DYNAMIC = {f"linux-{MACHINE}-glibc": {"GNU C Library"}}


def linked_archives(target):
    """Links again with a map, and returns the archives outside this tree from which the linker took
    something."""
    link = run(["ninja", "-C", BUILD, "-t", "commands", target]).stdout.splitlines()[-1]
    with tempfile.TemporaryDirectory(prefix="tailrace-link-") as folder:
        link = re.sub(r" -o (\S+)", f" -Wl,-Map={folder}/map -o {folder}/linked", link, count=1)
        link = re.sub(r"-Wl,--dependency-file=\S+", "", link)
        subprocess.run(link, shell=True, check=True, cwd=BUILD)
        text = Path(folder, "map").read_text(encoding="utf-8", errors="replace")
    included = text.split("\n\n\n", 1)[0].split("Discarded input sections", 1)[0]
    archives = set(re.findall(r"^(\S+\.a)\(", included, re.MULTILINE))
    # These archives are made here from those in the packages.
    cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    for name, variable in (("sqlite3", "SQLITE3"), ("crypto", "CRYPTO")):
        own = {each for each in archives if each.endswith(f"lib{name}_loading_nothing.a")}
        packaged = re.search(rf"^TAILRACE_{variable}_ARCHIVE:\w+=(.+)$", cache, re.MULTILINE).group(1)
        archives = archives - own | ({packaged} if own else set())
    return {str(Path(each).resolve()) for each in archives if each.startswith("/")}


def debian_packages(files):
    """Returns source package and version of each package that owns one of the files."""
    found = set()
    for each in files:
        names = run(["dpkg", "-S", each]).stdout or run(["dpkg", "-S", each.replace("/usr", "", 1)]).stdout
        name = names.split(": ", 1)[0]
        query = ["dpkg-query", "-W", "-f", "${source:Package} ${source:Upstream-Version}", name]
        found.add(tuple(run(query).stdout.split()))
    return found


class Executables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-packages-")
        cls.addClassCleanup(folder.cleanup)
        cls.packages = Path(folder.name) / "executable"
        made = run([ROOT / "docker/packages/executable/pack", *TARGETS],
                   env={"PATH": "/usr/bin:/bin", "TAILRACE_PACKAGES": folder.name})
        if made.returncode != 0:
            raise AssertionError(made.stdout + made.stderr)
        cls.printed = made.stdout.splitlines()

    def bill(self, platform_name):
        path = self.packages / platform_name / "tailrace.spdx.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def test_each_platform_is_made(self):
        self.assertEqual(self.printed, [f"{self.packages}/{each}/tailrace" for each in TARGETS])
        for each in TARGETS:
            files = sorted(path.name for path in (self.packages / each).iterdir())
            self.assertEqual(files, ["LICENSE", "SHA256SUMS", "THIRD-PARTY-NOTICES.md", "tailrace",
                                     "tailrace.spdx.json"])
            checked = run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=self.packages / each)
            self.assertEqual(checked.returncode, 0, checked.stdout)
            version = run([self.packages / each / "tailrace", "--version"]).stdout
            self.assertIn(self.bill(each)["packages"][0]["versionInfo"], version)

    # The bills are compared with the map of a link and with dpkg's information about the packages.
    @unittest.skipUnless(shutil.which("dpkg"), "no dpkg, which knows the package of each file")
    def test_bills_name_what_is_linked(self):
        for each, target in TARGETS.items():
            linked = {}
            for source, version in debian_packages(linked_archives(target)):
                name = NAMES[re.match(r"[a-z]+(?:3$)?", source).group()]
                linked.setdefault(name, set()).add(version)
            bill = self.bill(each)
            versions = {part["SPDXID"]: (part["name"], part["versionInfo"]) for part in bill["packages"]}
            static = {versions[relation["relatedSpdxElement"]] for relation in bill["relationships"]
                      if relation["relationshipType"] == "STATIC_LINK"}
            self.assertEqual({name for name, _ in static} | DYNAMIC.get(each, set()),
                             set(linked) | DYNAMIC.get(each, set()))
            for name, version in static:
                for packaged in linked[name]:
                    self.assertTrue(packaged.startswith(version), f"{name}: {version}, {packaged} by dpkg")
            dynamic = {versions[relation["relatedSpdxElement"]][0] for relation in bill["relationships"]
                       if relation["relationshipType"] == "DYNAMIC_LINK"}
            self.assertEqual(dynamic, DYNAMIC.get(each, set()))

    # The notices also cover parts of which only headers are used.
    def test_notices_speak_of_each_part(self):
        notices = (ROOT / "docker/packages/THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")
        said = {"GCC runtime libraries": "libstdc++ and libgcc", "GNU C Library": "The GNU C Library"}
        for part in self.bill(f"linux-{MACHINE}")["packages"][1:]:
            # The kernel's licence says in a note that it does not cover programs that use its interface.
            if part["name"] != "Linux headers":
                self.assertIn(f"\n## {said.get(part['name'], part['name'])}\n", notices)


if __name__ == "__main__":
    (BUILD,) = usage("BUILD")
    unittest.main(verbosity=2)
