"""Checks the brace lists of our own structs: four values or more must be named, `{.start = a, .end = b, …}`.

Reads text without comments and literals, as source_rules.File.cpp_code() returns it. Finds a list after the
struct's name (`Range range{…}`, `Range{…}`) and in a return statement of a function that returns the struct.
"""

import re

UNNAMED_VALUES = 3

_STRUCT = re.compile(r"^( *)struct (\w+)(?: final)? \{\n(.*?)^\1\};", re.DOTALL | re.MULTILINE)
_NAMED = re.compile(r"\b(\w+)(?: \w+)?\{")
_RETURNED = re.compile(r"\breturn \{")
_FUNCTION = re.compile(
    r"^(?:inline |static |constexpr )*(?:\w+::)*(\w+(?:<[\w:<>, *]*>)?) (?:\w+::)*\w+\([^;{}]*\)[^;{}]*\{",
    re.MULTILINE)


def _plain_structs(codes):
    """The names of all structs that declare no constructor."""
    names = set()
    for code in codes:
        for _, name, body in _STRUCT.findall(code):
            if not re.search(rf"^ *(?:explicit )?{name}\(", body, re.MULTILINE):
                names.add(name)
    return names


def _unnamed_values(code, begin):
    """The number of values in the list that begins after the brace before `begin`; 0 if they are named."""
    if re.match(r"\s*[.}]", code[begin:begin + 200]):
        return 0
    depth, count, at = 0, 1, begin
    while at < len(code):
        letter = code[at]
        if letter in "({[":
            depth += 1
        elif letter in ")}]":
            if depth == 0:
                return count
            depth -= 1
        elif depth == 0 and letter == ",":
            count += bool(re.match(r"\s*[^\s})]", code[at + 1:at + 200]))
        elif depth == 0 and letter == ";":
            return 0  # A function body, not a list.
        at += 1
    return 0


def _returned_struct(code, place):
    found = None
    for function in _FUNCTION.finditer(code, 0, place):
        found = function
    return found.group(1) if found else None


def _unnamed(code, structs):
    places = [(each, each.group(1)) for each in _NAMED.finditer(code) if each.group(1) in structs]
    places += [(each, _returned_struct(code, each.start())) for each in _RETURNED.finditer(code)]
    for place, struct in places:
        values = _unnamed_values(code, place.end()) if struct in structs else 0
        if values > UNNAMED_VALUES:
            yield code.count("\n", 0, place.start()) + 1, struct, values


def faults(codes):
    """Yields the faults in these files, {path: code}, one line each."""
    structs = _plain_structs(codes.values())
    for path, code in codes.items():
        for line, struct, values in _unnamed(code, structs):
            yield f"{path}:{line}: {values} values of a {struct} without their names"


def examples():
    """Yields the faults of faults() itself."""
    struct = "struct Span {\n    int a = 0;\n    int b = 0;\n    int c = 0;\n    int d = 0;\n};\n"
    for good in ("Span three{1, 2, 3};\n", "Span named{.a = 1, .b = 2, .c = 3, .d = 4};\n",
                 "std::array four{1, 2, 3, 4};\n", "Span nested{f(1, 2), {3, 4}, {}};\n",
                 "Span f() {\n}\nstd::vector<Span> g() {\n    return {{1}, {2}, {3}, {4}};\n}\n"):
        yield from (f"brace_lists refuses a good example: {each}" for each in faults({"a": struct + good}))
    for bad in ("Span four{1, 2, 3, 4};\n", "f(Span{1, 2,\n       3, 4});\n",
                "Span f(int a) {\n    return {a, f(1, 2), {}, {}};\n}\n"):
        if not any(faults({"a": struct, "b": bad})):
            yield f"brace_lists accepts a bad example: {bad}"
