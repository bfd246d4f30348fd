"""Checks the sizes of C++ classes: the number of their public functions and of their data members.

Reads text without comments and literals, as source_rules.File.cpp_code() returns it. Understands only as much
C++ as this tree uses.
"""

import re
import typing

# Plain structs may have any number of members.
PUBLIC_FUNCTIONS = 20
DATA_MEMBERS = 12
# Larger classes with the numbers they may have: functions, members. This list may only shrink, like
# LONGER_FILES.
LARGER_CLASSES: typing.Dict[str, typing.Tuple[int, int]] = {
    "server/http/session.hpp Session": (20, 17),
    "stream/handler/execution_environment.hpp ExecutionEnvironment": (20, 15),
    "stream/mapping/event_source_mapping.hpp EventSourceMapping": (20, 26),
}

_CLASS = re.compile(r"(?<!enum )\b(class|struct)\s+(\w+(?:::\w+)*)(?:\s+final)?\s*(?::[^;{]*)?\{")
_ACCESS = re.compile(r"\b(public|private|protected)\s*$")
_NO_MEMBER = re.compile(r"(using|friend|static_assert|enum|class|struct|typedef)\b")
_TEMPLATE = re.compile(r"template\s*<[^{}]*?>\s*(requires [^{}]*? )?")
_GIVEN_BY_COMPILER = re.compile(r"=\s*(delete|default)$")


class Size(typing.NamedTuple):
    line: int
    kind: str
    name: str
    public_functions: int
    data_members: int


def _body(text, begin):
    """The text between the brace that ends at `begin` and its partner."""
    depth, at = 1, begin
    while depth and at < len(text):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
    return text[begin:at - 1]


def _declarations(body, access):
    """Yields each declaration at the class's own level, on one line, with its access."""
    depth, text = 0, ""
    for at, letter in enumerate(body):
        if depth == 0 and letter == ";":
            yield text, access
            text = ""
            continue
        found = _ACCESS.search(text) if depth == 0 and letter == ":" else None
        if found:
            access, text = found.group(1), ""
            continue
        text += letter
        depth += {"{": 1, "(": 1, "}": -1, ")": -1}.get(letter, 0)
        # A function's body ends the declaration; an initialiser does not.
        if letter == "}" and depth == 0 and not re.match(r"\s*[;,({]", body[at + 1:]):
            yield text, access
            text = ""


def class_sizes(code):
    """Yields the size of each class and struct in a file."""
    for found in _CLASS.finditer(code):
        kind = found.group(1)
        functions = members = 0
        body = _body(code, found.end())
        for declaration, access in _declarations(body, "private" if kind == "class" else "public"):
            declaration = _TEMPLATE.sub("", " ".join(declaration.split()), count=1)
            if not declaration or _NO_MEMBER.match(declaration) or _GIVEN_BY_COMPILER.search(declaration):
                continue
            head = declaration if "operator" in declaration else re.split("[{=]", declaration)[0]
            if "(" in head and not head.startswith("std::function"):
                functions += access == "public"
            elif not declaration.startswith(("static", "constexpr")):
                members += 1
        line = code.count("\n", 0, found.start()) + 1
        yield Size(line, kind, found.group(2), functions, members)


def class_faults(path, code):
    """Yields (line, message) for each class in a file that is too large, or that need no longer be listed."""
    for size in class_sizes(code):
        listed = LARGER_CLASSES.get(f"{path} {size.name}")
        functions, members = listed or (PUBLIC_FUNCTIONS, DATA_MEMBERS)
        if size.public_functions > functions:
            yield size.line, f"{size.name} has {size.public_functions} public functions, over {functions}"
        if size.kind == "class" and size.data_members > members:
            yield size.line, f"{size.name} has {size.data_members} data members, over {members}"
        if listed and size.public_functions <= PUBLIC_FUNCTIONS and size.data_members <= DATA_MEMBERS:
            yield size.line, f"{size.name} is within the limits: take it off LARGER_CLASSES"
