"""clang_checks.py format | tidy BUILD_FOLDER: clang's tools of version 14 over the repository's C++ files.

One version, so that they say the same on every machine; where it is not installed the check is skipped, with
exit code 77. clang-tidy takes seconds per file, so what was found clean is remembered in the build folder by
a hash of everything that the finding rests on, and only what changed is looked at again.
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

VERSION = "14"
SKIPPED = 77
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def find_tool(name):
    for candidate in (f"{name}-{VERSION}", name):
        path = shutil.which(candidate)
        if path:
            said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
            if re.search(rf"version {VERSION}\.", said):
                return path
    print(f"skipped: {name} of version {VERSION} is not installed")
    sys.exit(SKIPPED)


def check_format():
    """Every C++ file is as .clang-format lays it out."""
    tool = find_tool("clang-format")
    files = [path for path in tracked_files() if path.endswith((".cpp", ".hpp"))]
    return subprocess.run([tool, "--dry-run", "--Werror", *files], cwd=ROOT).returncode


class Tidy:
    """Runs clang-tidy on one file of the compilation database at a time.

    Version 14 cannot read all of C++20 with the standard library of g++. What it says of a file that it reads
    only in part counts where it is about names and shape, which need no more, and not where it is about what
    the code does. That the file compiles is for g++ to say.
    """

    # Its coroutines are C++20's, though it does not say so. Warnings are g++'s to give, or not.
    ARGUMENTS = ["--extra-arg=-D__cpp_impl_coroutine=201902L", "--extra-arg=-ferror-limit=0",
                 "--extra-arg=-w"]
    FINDING = re.compile(r"^\S.*?(?:error|warning): .* \[([\w.,-]+)\]$")
    UNREADABLE = "clang-diagnostic-error"
    OF_SHAPE = ("readability-identifier-naming", "readability-function-size", "readability-duplicate-include")

    def __init__(self, tool, build):
        self.tool = tool
        self.build = build
        self.clean = build / "tests/source/clean"
        self.clean.mkdir(parents=True, exist_ok=True)
        self.configuration = (ROOT / ".clang-tidy").read_bytes() + " ".join(self.ARGUMENTS).encode()

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
        ran = subprocess.run([self.tool, "-p", str(self.build), "--quiet", *self.ARGUMENTS, entry["file"]],
                             capture_output=True, text=True)
        if ran.returncode not in (0, 1):
            return [f"{entry['file']}: {self.tool} ended with {ran.returncode}\n{ran.stderr}"]
        found = self.findings(ran.stdout)
        if not found:
            remembered.touch()
        return found

    def findings(self, output):
        findings = []  # Pairs of the checks' names and the text of one finding, which may take many lines.
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


def check_tidy(build):
    tool = find_tool("clang-tidy")
    tracked = {str(ROOT / path) for path in tracked_files()}
    database = json.loads((build / "compile_commands.json").read_text())
    entries = [entry for entry in database if entry["file"] in tracked]
    tidy = Tidy(tool, build)
    found = set()  # One in a header is found in every file that includes it.
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
    if len(sys.argv) == 3 and sys.argv[1] == "tidy":
        return check_tidy(pathlib.Path(sys.argv[2]).resolve())
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
