"""The shells' completions and the manual page, as shells and readers use them.

Usage: completion_test.py TAILRACE [unittest arguments]
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TAILRACE = sys.argv.pop(1)
PATIENCE_SECONDS = 20
# Completes a command line: the arguments are its words, and the last one is the word to complete.
COMPLETE = """
eval "$1"
shift
[[ $(complete -p tailrace) == *' -F _tailrace tailrace' ]] || exit 1
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_tailrace
printf '%s\\n' "${COMPREPLY[@]}"
"""


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS,
                          **options)


def options_in(text):
    """The options that a text describes, each at the beginning of a line."""
    return set(re.findall(r"^\s+(?:-h,)?(--[\w-]+)", text, re.MULTILINE))


class Completions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.script = run(TAILRACE, "completion", "bash").stdout
        cls.help = run(TAILRACE, "--help").stdout

    def complete(self, *words, **options):
        done = run("bash", "--norc", "-c", COMPLETE, "bash", self.script, "tailrace", *words, **options)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.split("\n")[:-1]

    def test_commands_are_completed(self):
        self.assertEqual(self.complete("ma"), ["mappings", "man"])
        self.assertEqual(self.complete("--port", "1", "red"), ["redrive"])
        commands = re.findall(r"^  (\w+)", self.help.split("\nSubcommands:\n")[1].split("\n\n")[0],
                              re.MULTILINE)
        self.assertIn("healthcheck", commands)
        self.assertEqual(self.complete(""), commands)
        self.assertEqual(self.complete("mappings", "m"), [""])

    def test_every_option_is_completed(self):
        known = options_in(self.help)
        self.assertGreater(len(known), 25)
        self.assertEqual(set(self.complete("--")), known)
        self.assertEqual(set(self.complete("serve", "--")), known)
        self.assertEqual(self.complete("--du"), ["--durability"])
        self.assertEqual(set(self.complete("mappings", "--")), known | {"--endpoint"})
        self.assertEqual(self.complete("--endp"), [""])

    def test_values_are_completed(self):
        levels = ["error", "warning", "info", "debug"]
        self.assertEqual(self.complete("--log-level", ""), levels)
        self.assertEqual(self.complete("--log-level", "d"), ["debug"])
        self.assertEqual(self.complete("--log-level", "="), levels)
        self.assertEqual(self.complete("--log-level", "=", "in"), ["info"])
        self.assertEqual(self.complete("completion", ""), ["bash", "zsh", "fish"])
        self.assertEqual(self.complete("--port", ""), [""])

    def test_files_are_completed(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "my music.db").touch()
            for option in ("--db-path", "--config", "--ready-file"):
                self.assertEqual(self.complete(option, "my", cwd=folder), ["my music.db"])

    def test_other_shells_can_read_theirs(self):
        for shell, check in (("zsh", ["zsh", "-f", "-n"]), ("fish", ["fish", "--no-execute"])):
            script = run(TAILRACE, "completion", shell).stdout
            for option in options_in(self.help):
                name = option if shell == "zsh" else f" -l {option[2:]} "
                self.assertIn(name, script)
            if shutil.which(shell):
                with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
                    file.write(script)
                    file.flush()
                    done = run(*check, file.name)
                    self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    @unittest.skipUnless(shutil.which("fish"), "there is no fish")
    def test_fish_completes(self):
        script = run(TAILRACE, "completion", "fish").stdout
        for line, words in (("tailrace ma", ["man", "mappings"]), ("tailrace --dur", ["--durability"]),
                            ("tailrace --log-level d", ["debug"]), ("tailrace --endp", []),
                            ("tailrace mappings --end", ["--endpoint"]),
                            ("tailrace completion ", ["bash", "fish", "zsh"])):
            done = run("fish", "--no-config", "-c", script + f'complete -C "{line}"')
            found = sorted({each.split("\t")[0] for each in done.stdout.splitlines()})
            self.assertEqual((found, done.stderr), (words, ""), line)


class Manual(unittest.TestCase):
    def test_a_value_may_have_brackets_in_its_name(self):
        self.assertIn(r"\fB\-\-cache\fR \fINAME[:SECONDS]\fR" + "\n", run(TAILRACE, "man").stdout)

    @unittest.skipUnless(shutil.which("groff"), "there is no groff")
    def test_the_page_is_shown_and_describes_every_option(self):
        page = run(TAILRACE, "man").stdout
        shown = run("groff", "-man", "-ww", "-Tascii", "-P-c", "-P-b", "-P-u", input=page)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        said = run(TAILRACE, "--help").stdout
        self.assertLessEqual(options_in(said) | {"--endpoint"}, options_in(shown.stdout))
        self.assertRegex(shown.stdout, r"\n +--threads NUMBER\n +Threads [\w ]+\."
                                       r"\s+Range: 1 - 256\.\s+Default: 1")
        self.assertEqual(shown.stdout.count("Examples:"), 1)
        self.assertIn("tailrace - a local DynamoDB with its streams attached\n", shown.stdout)
        self.assertRegex(shown.stdout, r"--log-level LEVEL\n +error, warning, info [^-]*Default: +warning\."
                                       r"\s+Environment:\s+TAILRACE_LOG_LEVEL\.\n")
        for variable in re.findall(r"\(Env:(\w+)\)", said):
            self.assertRegex(shown.stdout, rf"\b{variable}\b")
        for command in ("serve", "healthcheck", "mappings [MAPPING]", "completion [SHELL]", "man"):
            self.assertIn(f"\n       tailrace {command} [OPTION]...\n", shown.stdout)
        for line in ("  aws dynamodb list-tables --endpoint-url http://localhost:8000",
                     "  python:FILE.py:FUNCTION"):
            self.assertIn(line, shown.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=1)
