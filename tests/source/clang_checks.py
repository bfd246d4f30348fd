"""clang_checks.py format | tidy BUILD_FOLDER [--all]: clang's tools over the C++ files.

The versions of clang's tools differ in what they find, and version 14, which Debian 12 has, decides. Where it
is not installed, as on Debian 13 and Ubuntu 24.04, the newest other version checks what does not depend on
the version: the format, because the code is written so that versions 14 to 22 agree on it, and names, sizes
and includes. A line says what is left out. Without any version the check is skipped, with exit code 77.

clang-tidy takes seconds per file, so it reads what the working tree and the last day of commits changed, the
newest first and at most 60 files, or with --all the whole tree. A clean file is remembered in the build
folder under a hash of everything that affects the result.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from tracked_files import ROOT, tracked_files

DECIDING_VERSION = 14
OTHER_VERSIONS = range(30, DECIDING_VERSION, -1)
SKIPPED = 77
A_DAY_SECONDS = 24 * 60 * 60
MAX_CHANGED_FILES = 60
# g++'s options for precompiled headers, which clang cannot read.
PRECOMPILED = re.compile(r" -Winvalid-pch| -include \S*cmake_pch\.hxx")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


class Tool:
    """One of clang's tools: version 14 if it is installed, otherwise the newest. `decides` is true
    for version 14. For any other version, `remark` says what it checks."""

    def __init__(self, name, remark):
        numbered = [f"{name}-{number}" for number in OTHER_VERSIONS]
        versions = {}
        for candidate in (f"{name}-{DECIDING_VERSION}", name, *numbered):
            path = shutil.which(candidate)
            version = self.version(path) if path else 0
            if version >= DECIDING_VERSION:
                versions.setdefault(version, path)
        if not versions:
            print(f"skipped: {name} is not installed in version {DECIDING_VERSION} or a later one")
            sys.exit(SKIPPED)
        version = DECIDING_VERSION if DECIDING_VERSION in versions else max(versions)
        self.path = versions[version]
        self.decides = version == DECIDING_VERSION
        if not self.decides:
            print(f"{name} {version}, not {DECIDING_VERSION}: {remark}", flush=True)

    @staticmethod
    def version(path):
        """The major version that the tool prints; 0 if it prints none."""
        printed = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        found = re.search(r"version (\d+)\.", printed)
        return int(found.group(1)) if found else 0


def check_format():
    """Checks that every C++ file is formatted according to .clang-format."""
    tool = Tool("clang-format", "both format this code in the same way, so nothing is left out")
    files = [path for path in tracked_files() if path.endswith((".cpp", ".hpp"))]
    return subprocess.run([tool.path, "--dry-run", "--Werror", *files], cwd=ROOT).returncode


class Tidy:
    """Runs clang-tidy on one file of the compilation database at a time.

    Version 14 cannot read all of C++20 with the standard library of g++. If it can read only a part of a
    file, findings about names and shape count, because the part is enough for them. Findings about behaviour
    do not count. Whether the file compiles is g++'s business.
    """

    # clang has C++20's coroutines but does not say so. Warnings are g++'s business.
    ARGUMENTS = ["--extra-arg=-D__cpp_impl_coroutine=201902L", "--extra-arg=-ferror-limit=0",
                 "--extra-arg=-w"]
    FINDING = re.compile(r"^\S.*?(?:error|warning): .* \[([\w.,-]+)\]$")
    UNREADABLE = "clang-diagnostic-error"
    OF_SHAPE = ("readability-identifier-naming", "readability-function-size", "readability-duplicate-include")

    def __init__(self, tool, build):
        checks = [] if tool.decides else ["--checks=-*," + ",".join(self.OF_SHAPE)]
        self.command = [tool.path, "--quiet", *checks, *self.ARGUMENTS]
        self.folder = build / "tests/source"
        self.clean = self.folder / "clean"
        self.clean.mkdir(parents=True, exist_ok=True)
        self.configuration = (ROOT / ".clang-tidy").read_bytes() + " ".join(self.command).encode()

    def write_database(self, entries):
        """Writes the compilation database that clang-tidy reads."""
        (self.folder / "compile_commands.json").write_text(json.dumps(entries))

    def evidence(self, entry):
        """A hash of the file, of all files of the repository that it includes, and of how it is compiled."""
        evidence = hashlib.sha256(self.configuration)
        evidence.update(entry["command"].encode())
        waiting, seen = [pathlib.Path(entry["file"])], set()
        while waiting:
            path = waiting.pop()
            if path not in seen and path.is_file():
                seen.add(path)
                content = path.read_text(encoding="utf-8")
                evidence.update(content.encode())
                waiting.extend(ROOT / name for name in INCLUDE.findall(content))
        return evidence.hexdigest()

    def check(self, entry):
        """The findings of clang-tidy in one file and in the headers that it includes."""
        remembered = self.clean / self.evidence(entry)
        if remembered.exists():
            return []
        ran = subprocess.run([*self.command, "-p", str(self.folder), entry["file"]], capture_output=True,
                             text=True)
        if ran.returncode not in (0, 1):
            return [f"{entry['file']}: {self.command[0]} ended with {ran.returncode}\n{ran.stderr}"]
        found = self.findings(ran.stdout)
        if not found:
            remembered.touch()
        return found

    def findings(self, output):
        findings = []  # Pairs: the names of the checks, and the lines of one finding.
        for line in output.splitlines():
            finding = self.FINDING.match(line)
            if finding:
                findings.append((finding.group(1), []))
            if findings:
                findings[-1][1].append(line)
        read_in_part = any(self.UNREADABLE in checks for checks, _ in findings)

        def counts(checks, lines):
            if self.UNREADABLE in checks:
                return "file not found" in lines[0]  # Nothing after it was read.
            return not read_in_part or checks.startswith(self.OF_SHAPE)

        return ["\n".join(lines) for checks, lines in findings if counts(checks, lines)]


def single_files(database):
    """Yields the entries of a compilation database; an entry for files compiled together is split into one
    per file."""
    for entry in database:
        together = pathlib.Path(entry["file"])
        if together.parent.name != "Unity":
            yield entry
            continue
        for name in INCLUDE.findall(together.read_text(encoding="utf-8")):
            yield {**entry, "file": name, "command": entry["command"].replace(entry["file"], name)}


def changed_files():
    """Paths of what the working tree and the last day of commits changed, newest first; None if git cannot
    say."""

    def git(*arguments):
        return subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True,
                              text=True).stdout.splitlines()

    try:
        newest = int(git("log", "-1", "--format=%ct")[0])
        since = f"--since={newest - A_DAY_SECONDS}"
        changed = git("diff", "--name-only", "HEAD") + git("ls-files", "--others", "--exclude-standard")
        return list(dict.fromkeys(changed + git("log", since, "--name-only", "--format=")))
    except (OSError, subprocess.CalledProcessError):
        return None


def entries_that_show(entries, changed):
    """Returns the entry of each changed file; for a header, the entry of one file that includes it."""
    by_path = {os.path.relpath(entry["file"], ROOT): entry for entry in entries}
    includes = {path: set(INCLUDE.findall((ROOT / path).read_text(encoding="utf-8"))) for path in by_path}
    chosen = {}
    for path in changed:
        if path in by_path:
            chosen[path] = by_path[path]
        elif path.endswith(".hpp") and not any(path in includes[each] for each in chosen):
            chosen.update([(each, by_path[each]) for each in by_path if path in includes[each]][:1])
    return list(chosen.values())


def check_tidy(build, whole_tree):
    tool = Tool("clang-tidy", "it checks names, sizes and includes that occur twice; the other checks of "
                f".clang-tidy depend on the version, so they are left to version {DECIDING_VERSION}")
    tracked = {str(ROOT / path) for path in tracked_files()}
    database = json.loads((build / "compile_commands.json").read_text())
    for entry in database:
        entry["command"] = PRECOMPILED.sub("", entry["command"])
    entries = [entry for entry in single_files(database) if entry["file"] in tracked]
    changed = None if whole_tree else changed_files()
    if changed is not None:
        entries = entries_that_show(entries, changed)
        if len(entries) > MAX_CHANGED_FILES:
            print(f"{len(entries) - MAX_CHANGED_FILES} older changes are left to tests/run --all")
        entries = entries[:MAX_CHANGED_FILES]
    tidy = Tidy(tool, build)
    tidy.write_database(entries)
    found = set()  # A finding in a header appears for every file that includes it.
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for findings in pool.map(tidy.check, entries):
            for finding in findings:
                if finding not in found:
                    print(finding, flush=True)
            found.update(findings)
    print(f"{len(entries)} files, {len(found)} findings")
    return 1 if found else 0


def main():
    if sys.argv[1:] == ["format"]:
        return check_format()
    if sys.argv[1:2] == ["tidy"] and sys.argv[3:] in ([], ["--all"]):
        return check_tidy(pathlib.Path(sys.argv[2]).resolve(), whole_tree=sys.argv[3:] == ["--all"])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
