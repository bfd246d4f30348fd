"""The repository's pages in Markdown, for the tests that compare them with what they describe."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The pages about the program itself.
PROGRAM_PAGES = ("README.md", "server/README.md", "stream/README.md", "engine/README.md", "tests/README.md")


def page(path):
    return (ROOT / path).read_text(encoding="utf-8")


def section(text, title):
    """The text under a heading of the second level, up to the next."""
    return text.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def blocks(language, text):
    """The contents of the code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def rows(heading, text):
    """The rows below a table's heading, as lists of cells."""
    table = text.split(heading, 1)[1].split("\n\n", 1)[0]
    return [re.split(r"\s*\|\s*", line.strip("| ")) for line in table.splitlines()[2:]]
