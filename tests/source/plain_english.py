"""Finds idioms in comments, messages and names that make a native reader go back and read again.

JSON files are not checked: their text is AWS's or quotes AWS.
"""

import re

# An idiom, and what to write instead.
IDIOMS = [
    (r"(?<![Tt]here )\b(?:is|are|was|were) none\b", "is not one, is invalid, does not exist"),
    (r"(?<![Tt]here )\b(?:is|are|was|were) no (?!longer|larger|further|more|less|reason)\w+", "is not a"),
    (r"\bso (?:many|much)\b(?! as\b|[^.]* that\b)", "this many, a number of"),
    (r"\bstands? (?:alone|beside|for nothing|for itself)\b", "is alone, comes with, means nothing"),
    (r"\b[Nn]othing where\b", "nothing if, empty if"),
    (r"\b[Tt]ells (?:whether|if|that|what|how|which|why|where|of)\b", "returns, says, reports"),
    (r"\b(?:[Ii]s|are|was|were|be|been) told (?:of|in|at once|with)\b", "is reported"),
    (r"\b(?:can|could|cannot|to) be had\b", "is available, can be obtained"),
    (r"\bthe beginning of time\b", "the earliest time"),
    (r"\b(?:by its|at a) word\b", "by name, on request"),
    (r"\bin whose\b", "whose"),
    (r"\bmost_[a-z]\w*", "max_"),
    (r"\banew\b", "again, re-create, replace"),
    (r"\bfor want of\b", "for lack of"),
    (r"\bread apart\b", "read separately"),
    (r"\bother \w+ than\b|\banother \w+ than\b", "a different … from, a … other than"),
    (r"\bthe (?:page|run|limits|one) before(?=[.,;:)\"])", "the previous page"),
    (r", also (?:with|if|in|after|when|those|for|of)\b", "even with, including those"),
    (r"\bbesides[.,;:]", "also"),
    (r"\bof no (?:use|account|avail)\b", "is useless, is invalid, can no longer be used"),
    (r"\b(?:is|are|was|were) another one\b", "differs, has changed"),
    (r"\bas one \w+ more\b", "an additional"),
    (r"\bcomes? on top\b", "is extra"),
    (r"\b[Tt]akes? over (?:\w+ )*into\b", "copies to"),
    (r"\bmay then not\b", "then cannot, must not then"),
    (r"\bends? before its end\b", "is truncated"),
]
ANY_IDIOM = re.compile("|".join(f"({idiom})" for idiom, _ in IDIOMS))

UNCHECKED = re.compile(r"\.json$|^conformance/cases/|^LICENSE$|^tests/source/plain_english\.py$")
# Divides a sentence: the end of a literal and the beginning of the next one, or a new line of a comment.
DIVISION = re.compile(r'"\s*\n\s*[A-Za-z]?"|\s*\n\s*(?:(?:///?|#|\*) )?')


def _joined(text):
    """Returns the text without divisions, and the line of each of its characters."""
    parts, lines, start, line = [], [], 0, 1
    for division in [*DIVISION.finditer(text), None]:
        part = text[start:division.start() if division else len(text)]
        if division and not division.group().startswith('"'):
            part += " "
        parts.append(part)
        lines += [line] * len(part)
        if division:
            line += division.group().count("\n")
            start = division.end()
    return "".join(parts), lines


def faults(path, text):
    """Yields the line and the message of each idiom."""
    if UNCHECKED.search(path):
        return
    joined, lines = _joined(text)
    for match in ANY_IDIOM.finditer(joined):
        yield lines[match.start()], f"'{match.group()}': better '{IDIOMS[match.lastindex - 1][1]}'"


GOOD = [
    "// Returns an empty string if there is none.\n",
    "// There is no file. It is no longer needed, and holds so much that it is full.\n",
    "// 'x' is not a number.\nauto maximum = max_bytes;\n",
    "// A function tells the mapping about it.\n// A list is told apart from a set.\n",
]
BAD = [
    "// Empty where it is none.\n",
    'fail("the name " + name + " is no "\n     "number");\n',
    "// Returns so many\n// bytes.\n",
    "# A key stands alone.\n",
    "/// Nothing where the table has no stream.\n",
    "// Tells whether it is full.\n",
    "// What failed is told of.\n",
    "// If no thread can be had.\n",
    "// Done before the beginning of time.\n",
    "// It moves at a word.\n",
    "// The table in whose stream it is.\n",
    "constexpr int most_bytes = 1;\n",
    "// The table is made anew.\n",
    "// Refused for want of room.\n",
    "// The items are read apart.\n",
    "// It has another\n// type than the table.\n",
    "// The key of the page before.\n",
    "// It is kept, also after a restart.\n",
    "// The token is needed besides: see below.\n",
    "// A lock that was not to be had.\n",
    "// The transaction is then of no\n// use.\n",
    "// If the catalogue is another one, it fails.\n",
    "// It has the schema as one parameter more.\n",
    "// Storage and transfer come on top.\n",
    "// Takes over the new counts into the definition.\n",
    "# Other pages may then not read it.\n",
    'fail("the data ends before its end");\n',
]


def examples():
    """Yields the faults of faults() itself."""
    for text in GOOD:
        yield from (f"plain_english refuses a good example: {each}" for _, each in faults("a.cpp", text))
    for text in BAD:
        if not any(faults("a.cpp", text)):
            yield f"plain_english accepts a bad example: {text}"
        if any(faults("a.json", text)):
            yield f"plain_english checks a file that is not checked: {text}"
