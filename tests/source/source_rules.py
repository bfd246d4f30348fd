"""Checks the source tree against rules that no compiler knows: who may include whom, sizes, the clock.

Before a rule is applied, small examples show that it can fail. A rule that accepts its bad example, or
refuses its good one, fails the test just as a fault in the tree does.
"""

import collections
import dataclasses
import re
import sys
import typing

import brace_lists
import plain_english
from class_sizes import DATA_MEMBERS, PUBLIC_FUNCTIONS, class_faults
from tracked_files import ROOT, tracked_files

# What each folder may use: layers below it and packages from outside. A file belongs to the row with the
# longest matching path, and may always use its own row's folder. A folder that may use model may also use
# Boost.JSON, which is part of model's interface.
LAYERS = """
engine/model      | Boost.JSON, Boost.Uuid
engine/expression | engine/model
engine/validation | engine/model
engine/storage    | engine/model, SQLite
engine/storage/postgres | engine/storage, engine/model, libpq
engine/table      | engine/storage, engine/expression, engine/model
engine/operation  | engine/table, engine/validation, engine/expression, engine/model
engine/partiql    | engine/operation, engine/table, engine/expression, engine/model
stream            | stream/handler, engine/operation, engine/table, engine/model
stream/handler    | engine/operation, engine/model, Asio, Beast
server            | stream, stream/handler, engine/partiql, engine/operation, engine/table, \
                    engine/validation, engine/model, server/signature, server/template, server/tls, \
                    Asio, Beast, CLI11, libdeflate, minizip, zlib, zstd
server/signature  | server, engine/model, OpenSSL
server/template   | stream, stream/handler, engine/model, libyaml
server/tls        | server, engine/model, OpenSSL
server/main.cpp   | server
conformance       | Boost.JSON, Boost.Regex, Asio, Beast, CLI11, OpenSSL, zlib
tests             | Catch2
"""

# The beginning of an include that belongs to a package.
PACKAGES = {
    "boost/json": "Boost.JSON",
    "boost/asio": "Asio",
    "boost/beast": "Beast",
    "boost/system": "Asio",
    "boost/core": "Asio",
    "boost/regex": "Boost.Regex",
    "boost/uuid": "Boost.Uuid",
    "openssl/": "OpenSSL",
    "libpq-fe.h": "libpq",
    "sqlite3": "SQLite",
    "CLI/": "CLI11",
    "zlib": "zlib",
    "libdeflate": "libdeflate",
    "minizip/unzip.h": "minizip",
    "yaml.h": "libyaml",
    "zstd.h": "zstd",
    "catch2/": "Catch2",
}

FILE_LINES = 500
LINE_COLUMNS = 110
# Longer files, with the number of lines they may have. This list may only shrink: a number goes down with its
# file, and an entry is removed once its file is within the limit. Nothing is added.
LONGER_FILES: typing.Dict[str, int] = {}

# Entries that tools and people look for by name, such as CHANGELOG.md.
TOP_LEVEL = {"CHANGELOG.md", "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
             "conformance", "docker", "engine", "server", "stream", "tests"}

NAMELESS = {"helper", "helpers", "util", "utils", "common", "manager", "misc"}

# Written so that this file does not contain the words it looks for.
UNFINISHED = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK|not implemented y[e]t|placeholder for n[o]w)\b")
COROUTINE = re.compile(r"\bco_(?:await|return|yield)\b")
CLOCK = re.compile(r"\b(?:system|steady|high_resolution|utc|file)_clock\s*::\s*now\b"
                   r"|\btime\s*\(\s*(?:nullptr|NULL|0)|\b(?:clock_gettime|gettimeofday|timespec_get)\b")
STORAGE = re.compile(r"\bstorage::|\btransaction\(\)")
ABOVE_TABLE = ("engine/operation", "engine/partiql", "stream", "server")
SLEEP = re.compile(r"\bsleep_(?:for|until)\b|\b(?:nano|u)?sleep\s*\(|\b(?:time|asyncio)\.sleep\b"
                   r"|(?:^|[;&|]|\bdo)\s*sleep\s+[\d$]|\bpg_sleep\b|\bsetTimeout\b")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<tag>[^\s()\\]*)\(.*?\)(?P=tag)"'
                      r'|"(?:\\.|[^"\\\n])*"' r"|'(?:\\.|[^'\\\n])'", re.DOTALL)


@dataclasses.dataclass
class File:
    path: str
    text: str

    def is_cpp(self):
        return self.path.endswith((".cpp", ".hpp"))

    def is_code(self):
        by_name = self.path.endswith((".cpp", ".hpp", ".py", ".js", ".css", ".html", ".sh", ".cmake",
                                      "CMakeLists.txt"))
        return by_name or self.text.startswith("#!")

    def is_in(self, folder):
        return self.path.startswith(folder + "/")

    def cpp_code(self):
        """The text without comments and literals; every line keeps its number."""
        return NOT_CODE.sub(lambda match: " " + "\n" * match.group().count("\n"), self.text)


class Fault(typing.NamedTuple):
    line: int
    message: str


def _matches(pattern, text, message):
    for number, line in enumerate(text.splitlines(), 1):
        found = pattern.search(line)
        if found:
            yield Fault(number, message.format(found.group().strip()))


# --- Layers -----------------------------------------------------------------------------------------------


def _read_layers():
    rows = {}
    for line in LAYERS.strip().splitlines():
        folder, uses = line.split("|")
        rows[folder.strip()] = {use.strip() for use in uses.split(",")}
    for uses in rows.values():
        if "engine/model" in uses:
            uses.add("Boost.JSON")
    return rows


ROWS = _read_layers()


def _row_of(path):
    rows = [row for row in ROWS if path == row or path.startswith(row + "/")]
    return max(rows, key=len, default=None)


def _all_below(row):
    """The row and everything it reaches. Tests may use all of it to set up what their layer needs."""
    reached, waiting = set(), [row]
    while waiting:
        each = waiting.pop()
        if each not in reached:
            reached.add(each)
            waiting.extend(ROWS.get(each, ()))
    return reached


def _allowed(path):
    if not path.startswith("tests/"):
        row = _row_of(path)
        return None if row is None else ROWS[row] | {row}
    folder = path.split("/")[1]
    row = next((each for each in (f"engine/{folder}", folder) if each in ROWS), "server")
    return _all_below(row) | ROWS["tests"] | {"tests"}


def layers(file):
    if not file.is_cpp():
        return
    allowed = _allowed(file.path)
    if allowed is None:
        yield Fault(1, "belongs to no layer of the table")
        return
    for number, line in enumerate(file.text.splitlines(), 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        quote, name = include.groups()
        if quote == '"':
            used = _row_of(name)
        else:
            used = next((each for start, each in PACKAGES.items() if name.startswith(start)), None)
            if used is None and not name.startswith("boost/"):
                continue  # The standard library or the system.
        if used is None:
            yield Fault(number, f"{name} is of no layer or package of the tables")
        elif used not in allowed:
            yield Fault(number, f"{name} is {used}'s, which this layer may not use")


def circles(files):
    """Yields folders that include each other, directly or not. A subfolder is not part of its folder here."""
    used = collections.defaultdict(set)
    for file in files:
        if file.is_cpp() and not file.path.startswith("tests/"):
            folder = file.path.rpartition("/")[0]
            for line in file.text.splitlines():
                include = INCLUDE.match(line)
                if include and include.group(1) == '"':
                    used[folder].add(include.group(2).rpartition("/")[0])
            used[folder].discard(folder)
    # A folder whose includes have all been removed is not in a cycle, so it is removed too.
    while True:
        ends = {folder for folder, others in used.items() if not others & used.keys()}
        if not ends:
            break
        used = {folder: others for folder, others in used.items() if folder not in ends}
    for folder, others in sorted(used.items()):
        names = ", ".join(sorted(others & used.keys()))
        yield f"{folder} is in a cycle of includes, or leads to one, through {names}"


# --- Single constructs ------------------------------------------------------------------------------------


def coroutines(file):
    if file.is_cpp() and not file.is_in("server/http"):
        yield from _matches(COROUTINE, file.cpp_code(), "{} outside server/http")


def clock(file):
    if file.is_cpp() and (file.is_in("engine") or file.is_in("stream")):
        if file.path not in ("engine/model/clock.cpp", "engine/model/clock.hpp"):
            yield from _matches(CLOCK, file.cpp_code(), "{}: only engine/model/clock asks for the time")


def storage_words(file):
    """engine/table gives the layers above it what they need of storage."""
    if file.is_cpp() and any(file.is_in(folder) for folder in ABOVE_TABLE):
        yield from _matches(STORAGE, file.cpp_code(), "{} above engine/table")


def unfinished(file):
    if file.path != "LICENSE":
        yield from _matches(UNFINISHED, file.text, "{} marks unfinished work")


def sleeps(file):
    if file.is_in("tests") and file.is_code():
        text = file.cpp_code() if file.is_cpp() else file.text
        if file.path != "tests/source/source_rules.py":
            yield from _matches(SLEEP, text, "'{}': a test waits for a condition or drives the clock")


# --- Answers after the lock -------------------------------------------------------------------------------

SESSION = re.compile(r"\b(?:Read|Write)Session\s*&")
FUNCTION = re.compile(r"\b(\w+)\s*\([^(){};]*\)[^(){};]*\{")


def _end_of(code, start):
    """The place after the bracket that closes the one at `start`."""
    depth = 0
    for place in range(start, len(code)):
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(code[place], 0)
        if depth == 0:
            return place + 1
    return len(code)


def _session_bodies(code):
    """Yields begin and end of the body of every function and lambda with a session parameter."""
    for session in SESSION.finditer(code):
        opened, depth = session.start(), 0
        while opened > 0 and depth <= 0:
            opened -= 1
            depth += {"(": 1, ")": -1}.get(code[opened], 0)
        body = re.compile(r"[{;]").search(code, _end_of(code, opened))
        if code[opened] == "(" and body and body.group() == "{":
            yield body.start(), _end_of(code, body.start())


def answers(file):
    """No answer may be written under the database's lock, nor a function called that writes one."""
    if not file.path.endswith(".cpp") or not (file.is_in("engine/operation") or file.is_in("engine/partiql")):
        return
    code = file.cpp_code()
    writers = {match.group(1) for match in FUNCTION.finditer(code)
               if "ResponseBody" in code[match.end():_end_of(code, match.end() - 1)]}
    writers -= {"if", "for", "while", "switch", "catch"}
    calls = "|".join([r"\w*_answer", *sorted(writers)])
    pattern = re.compile(rf"\bResponseBody\b|\b(?:{calls})\s*\(")
    faults = set()
    for begin, end in _session_bodies(code):
        for found in pattern.finditer(code, begin, end):
            faults.add((code.count("\n", 0, found.start()) + 1, found.group().rstrip("( ")))
    for line, name in sorted(faults):
        yield Fault(line, f"{name}: the answer is written after the database's lock is released")


# --- Names and sizes --------------------------------------------------------------------------------------


def top_level(file):
    first = file.path.split("/")[0]
    if first not in TOP_LEVEL and not first.startswith("."):
        yield Fault(1, f"'{first}' is at the top level, which is fixed")


def names(file):
    for part in file.path.split("/"):
        for word in re.split(r"[^a-z]+", part.lower()):
            if word in NAMELESS:
                yield Fault(1, f"'{part}' does not say what it holds")


def sizes(file):
    if not file.is_code():
        return
    lines = file.text.splitlines()
    limit = LONGER_FILES.get(file.path, FILE_LINES)
    if len(lines) > limit:
        yield Fault(limit + 1, f"{len(lines)} lines, over {limit}")
    if file.path in LONGER_FILES and len(lines) <= FILE_LINES:
        yield Fault(1, "within the limit: take it off LONGER_FILES")
    for number, line in enumerate(lines, 1):
        if len(line) > LINE_COLUMNS:
            yield Fault(number, f"{len(line)} columns, over {LINE_COLUMNS}")


def plain_words(file):
    yield from (Fault(*fault) for fault in plain_english.faults(file.path, file.text))


def class_limits(file):
    if file.is_cpp() and not file.path.startswith("tests/"):
        yield from (Fault(*fault) for fault in class_faults(file.path, file.cpp_code()))


def _class_file(kind, body):
    return File("engine/a.hpp", f"{kind} A final : B {{\n{body}}};\n")


@dataclasses.dataclass
class Rule:
    check: typing.Callable
    good: typing.List[File]
    bad: typing.List[File]


RULES = [
    Rule(layers,
         good=[File("engine/table/a.cpp", '#include "engine/storage/store.hpp"\n#include <array>\n'),
               File("engine/operation/a.hpp", "#include <boost/json.hpp>\n"),
               File("engine/storage/a.cpp", "#include <sqlite3.h>\n"),
               File("stream/handler/a.cpp", "#include <boost/beast/http.hpp>\n"),
               File("server/http/a.cpp", '#include <boost/asio.hpp>\n#include "stream/a.hpp"\n'),
               File("tests/table/a.cpp", '#include "engine/storage/a.hpp"\n#include "tests/catch.hpp"\n')],
         bad=[File("engine/expression/a.cpp", '#include "engine/storage/store.hpp"\n'),
              File("engine/storage/a.cpp", '#include "engine/expression/condition.hpp"\n'),
              File("engine/table/a.cpp", '#include "stream/dispatcher.hpp"\n'),
              File("engine/table/a.cpp", "#include <sqlite3.h>\n"),
              File("stream/dispatcher.cpp", "#include <boost/asio.hpp>\n"),
              File("stream/handler/a.cpp", '#include "server/front_door.hpp"\n'),
              File("stream/handler/a.cpp", '#include "stream/dispatcher.hpp"\n'),
              File("server/main.cpp", "#include <CLI/CLI.hpp>\n"),
              File("engine/model/a.cpp", "#include <boost/regex.hpp>\n"),
              File("engine/model/a.cpp", '#include "clock.hpp"\n'),
              File("engine/elsewhere/a.cpp", "\n"),
              File("tests/model/a.cpp", '#include "engine/table/schema.hpp"\n')]),
    Rule(coroutines,
         good=[File("server/http/a.cpp", "co_await read();\n"),
               File("engine/model/a.cpp", '// No co_await here.\nauto a = "co_await";\n')],
         bad=[File("server/front_door.cpp", "co_await read();\n"), File("stream/a.hpp", "co_return;\n")]),
    Rule(clock,
         good=[File("engine/model/clock.cpp", "return system_clock::now();\n"),
               File("server/process/log.cpp", "steady_clock::now();\n"),
               File("stream/a.cpp", "wake_.wait_for(lock, window_ms);\nclock.now();\n")],
         bad=[File("engine/table/a.cpp", "auto t = std::chrono::system_clock::now();\n"),
              File("stream/a.cpp", "auto t = steady_clock::now();\n"),
              File("engine/operation/a.cpp", "auto t = std::time(nullptr);\n")]),
    Rule(storage_words,
         good=[File("engine/table/a.cpp", "session.transaction().get(space, key);\n"),
               File("engine/operation/a.cpp", "// storage::Store\ntable::ItemReader(session).read(table);\n"),
               File("engine/partiql/a.cpp", "execute_transaction();\nWriteTransaction transaction;\n")],
         bad=[File("engine/operation/a.cpp", "session.transaction().get(space, key);\n"),
              File("engine/partiql/a.hpp", "storage::KeyRange range;\n"),
              File("stream/mapping/a.cpp", "storage::ChangeLog log;\n"),
              File("server/a.cpp", "auto store = storage::open();\n")]),
    Rule(unfinished,
         good=[File("engine/a.cpp", "// Everything is done.\n"), File("tests/a", "mktemp a.XX" "XXXX\n")],
         bad=[File("engine/a.cpp", "// TO" "DO: more\n"), File("README.md", "FIX" "ME\n")]),
    Rule(sleeps,
         good=[File("tests/stream/a.cpp", "manual_clock.advance(5);\n"),
               File("tests/a.py", "# It does not sleep 5 times.\n")],
         bad=[File("tests/stream/a.cpp", "std::this_thread::sleep" "_for(5ms);\n"),
              File("tests/a.py", "time.sle" "ep(5)\n"),
              File("tests/a.sh", "until curl -f $url; do sle" "ep 1; done\n"),
              File("tests/a.sh", "sle" "ep 0.5\n")]),
    Rule(answers,
         good=[File("engine/operation/a.cpp",
                    "std::string a(Context& context) {\n"
                    "    const Item item = context.database.read([&](table::ReadSession& session) {\n"
                    "        if (session.now() > 0) { return one(session); }\n"
                    "        return other(session);\n"
                    "    });\n"
                    "    ResponseBody body;\n"
                    "    return item_answer(item);\n"
                    "}\n"),
               File("engine/operation/a.cpp", "// No ResponseBody.\nItem one(table::ReadSession& session);\n"
                    "std::string text() { ResponseBody body; }\n"),
               File("engine/operation/response_body.cpp", "void ResponseBody::member() {}\n")],
         bad=[File("engine/operation/a.cpp",
                   "return database.read([&](table::ReadSession& session) {\n    ResponseBody body;\n});\n"),
              File("engine/partiql/a.cpp",
                   "return database.write([&](WriteSession& session) { return write_answer(session); });\n"),
              File("engine/operation/a.cpp", "std::string items(table::ReadSession& session, int count) {\n"
                   "    ResponseBody body;\n}\n"),
              File("engine/operation/a.cpp",
                   "std::string shown(const Table& table) {\n    ResponseBody body;\n}\n"
                   "std::string a(Context& context) {\n"
                   "    return context.database.read([&](table::ReadSession& session) {\n"
                   "        return shown(session.table());\n    });\n}\n")]),
    Rule(top_level,
         good=[File("engine/a.cpp", ""), File(".clang-tidy", ""), File("LICENSE", "")],
         bad=[File("src/a.cpp", ""), File("notes.md", "")]),
    Rule(names,
         good=[File("engine/table/items/item_writer.cpp", "")],
         bad=[File("engine/table/table_utils.cpp", ""), File("engine/common/a.cpp", "")]),
    Rule(sizes,
         good=[File("engine/a.cpp", "\n" * FILE_LINES),
               File("engine/a.cpp", "x" * LINE_COLUMNS + "\n"),
               File("README.md", "x" * 500)],
         bad=[File("engine/a.cpp", "\n" * (FILE_LINES + 1)),
              File("tests/a.py", "x" * (LINE_COLUMNS + 1))]),
    Rule(plain_words,
         good=[File("engine/a.cpp", text) for text in plain_english.GOOD],
         bad=[File("engine/a.cpp", text) for text in plain_english.BAD]),
    Rule(class_limits,
         good=[_class_file("class", "  public:\n" + "    int f() { return {}; }\n" * PUBLIC_FUNCTIONS +
                           "  private:\n    void g();\n" + "    std::vector<int> v_ = {1};\n" * DATA_MEMBERS),
               _class_file("struct", "    int a = 0;\n" * (DATA_MEMBERS + 1))],
         bad=[_class_file("class", "  public:\n" + "    int f() const;\n" * (PUBLIC_FUNCTIONS + 1)),
              _class_file("struct", "    template <typename T>\n    T f() { return {}; }\n" * 21),
              _class_file("class", "    std::function<void(int)> f_{};\n" * (DATA_MEMBERS + 1))]),
]


def examples():
    """Yields the faults of the rules themselves."""
    for rule in RULES:
        name = rule.check.__name__
        for file in rule.good:
            yield from (f"{name} refuses a good example, {file}: {each.message}" for each in rule.check(file))
        for file in rule.bad:
            if not any(rule.check(file)):
                yield f"{name} accepts a bad example, {file}"


def circle_examples():
    """Yields the faults of circles() itself."""
    line = [File("a/a.cpp", '#include "a/b/b.hpp"\n'), File("a/b/b.hpp", '#include "c/c.hpp"\n')]
    yield from (f"circles refuses a good example: {each}" for each in circles(line))
    if not any(circles([*line, File("c/c.hpp", '#include "a/a.hpp"\n')])):
        yield "circles accepts a bad example"


def tree():
    """Yields the faults of the tree, one line each."""
    paths = tracked_files()
    files = []
    for path in paths:
        try:
            file = File(path, (ROOT / path).read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            file = File(path, "")  # Not text, but its place and name still count.
        files.append(file)
        for rule in RULES:
            yield from (f"{path}:{fault.line}: {fault.message}" for fault in rule.check(file))
    yield from circles(files)
    yield from brace_lists.faults({file.path: file.cpp_code() for file in files if file.is_cpp()})
    yield from (f"LONGER_FILES names {path}, which is gone" for path in LONGER_FILES if path not in paths)


def main():
    faults = [*examples(), *circle_examples(), *brace_lists.examples(), *plain_english.examples(), *tree()]
    for fault in faults:
        print(fault)
    print(f"{len(RULES) + 2} rules, {len(tracked_files())} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
