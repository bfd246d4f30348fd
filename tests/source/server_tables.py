"""server_tables.py EXECUTABLE: writes the tables of options and endpoints into server/README.md.

Both say what the program itself says: the options are those of the manual page that it prints, and the
endpoints those that GET /_tailrace lists. readme_test.py fails while the page has other tables.
"""

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pages import ROOT, page

PAGE = "server/README.md"
PROMISED = "tests/source/promised_endpoints.json"
PATIENCE_SECONDS = 30


def plain(line):
    """Returns a line of the manual page as a reader sees it."""
    return line.replace("\\&", "").replace("\\-", "-").replace("\\fB", "").replace("\\fR", "") \
        .replace("\\fI", "").replace("\\e", "\\")


def cell(text):
    """A text of the program as a cell of a table."""
    return text.rstrip(".").replace("|", "\\|").replace("*", "\\*")


def options_table(manual):
    """The rows for the options of a manual page, without those that only print something."""
    lines = ["| option | without it | |", "|---|---|---|"]
    options = manual.split("\n.SH OPTIONS\n")[1].split("\n.SH ")[0]
    for entry in options.split(".TP\n")[1:]:
        name, purpose, *facts = map(plain, entry.strip().splitlines())
        if name in ("--help", "--version"):
            continue
        fact = dict(each.rstrip(".").split(": ", 1) for each in facts)
        text = cell(purpose)
        if "Range" in fact:
            text += f" ({fact['Range'].replace(' - ', ' to ')})"
        default = cell(fact["Default"]) + " " if "Default" in fact else ""
        lines.append(f"| `{name}` | {default}| {text} |")
    return "\n".join(lines)


def endpoints_table(listed, promised):
    """Returns the rows for the endpoints that GET /_tailrace lists. `promised` are those that are marked as
    stable."""
    lines = ["| endpoint | what it does | stable |", "|---|---|---|"]
    kept = {(each["method"], each["path"]) for each in promised}
    for each in listed:
        stable = "yes" if (each["method"], each["path"]) in kept else "may change"
        lines.append(f"| `{each['method']} {each['path']}` | {cell(each['purpose'])} | {stable} |")
    return "\n".join(lines)


def with_tables(text, manual, listed):
    """Returns the page with its tables replaced by current ones."""
    promised = json.loads(page(PROMISED))
    for name, table in (("options", options_table(manual)), ("endpoints", endpoints_table(listed, promised))):
        text, count = re.subn(rf"(<!-- {name}: [^\n]*-->\n).*?(<!-- end -->)",
                              lambda found, table=table: f"{found.group(1)}{table}\n{found.group(2)}",
                              text, flags=re.DOTALL)
        if count != 1:
            raise ValueError(f"{PAGE} has {count} places for the table of {name}")
    return text


def manual_of(executable):
    return subprocess.run([executable, "man"], check=True, capture_output=True, text=True).stdout


def main():
    executable = sys.argv[1]
    server = subprocess.Popen([executable, "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        url = re.search(r"http://\S+", server.stdout.readline()).group()
        with urllib.request.urlopen(url + "/_tailrace", timeout=PATIENCE_SECONDS) as answer:
            listed = json.load(answer)["endpoints"]
    finally:
        server.terminate()
        server.wait()
    (ROOT / PAGE).write_text(with_tables(page(PAGE), manual_of(executable), listed), encoding="utf-8")


if __name__ == "__main__":
    main()
