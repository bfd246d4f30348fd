#!/usr/bin/python3
"""`tailrace mappings`, `failures` and `redrive`, as people and scripts call them.

    mapping_commands_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import subprocess
import tempfile
from pathlib import Path

from client_case import main
from mappings_test import POISON, MappingsCase

SECONDS = 60


class MappingCommandsTest(MappingsCase):
    def command(self, *words, endpoint=True):
        """Runs a command and returns its exit code and the lines of standard output and standard error."""
        where = ["--endpoint", self.tailrace.endpoint] if endpoint else []
        done = subprocess.run([self.executable, *words, *where], capture_output=True, text=True, check=False,
                              timeout=SECONDS)
        return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()

    def test_mappings(self):
        code, lines, errors = self.command("mappings")
        self.assertEqual((code, errors), (0, []))
        self.assertEqual([line.split(maxsplit=7) for line in lines], [
            ["MAPPING", "STATE", "LAG", "CALLS", "FAILED", "SKIPPED", "GIVEN", "UP  REASON"],
            ["other/message-groups", "WaitingForStream", "-", "0", "0", "0", "0", "there is no table other"]])
        self.assertEqual(lines[0].index("REASON"), lines[1].index("there is"))
        port = self.tailrace.endpoint.rpartition(":")[2]
        self.assertEqual(self.command("mappings", "other", "--port", port, endpoint=False), (0, lines, []))

    def test_failures_and_redrive(self):
        self.assertEqual(self.command("failures"), (0, ["No call has failed."], []))
        self.assertEqual(self.command("redrive"), (0, ["Nothing has been given up."], []))
        self.map(self.create("notes"), MaximumRetryAttempts=0, BatchSize=1)
        self.put("notes", POISON)
        self.tailrace.drain()
        code, lines, _ = self.command("failures", "notes/message-groups")
        self.assertEqual((code, len(lines)), (1, 2))
        self.assertRegex(lines[1], r"^\S+Z  notes/message-groups  1     1        1        (\d{21})  \1  "
                                   "RetryAttemptsExhausted  ")
        *_, first, last, _, error = lines[1].split(maxsplit=8)
        code, lines, _ = self.command("redrive")
        self.assertEqual((code, [line.split(maxsplit=4) for line in lines]), (1, [
            ["MAPPING", "BATCHES", "RECORDS", "FAILED"], ["notes/message-groups", "1", "1", "1"], [],
            ["FAILED", "AGAIN", "RECORDS", "FROM", "TO                     ERROR"],
            ["notes/message-groups", "1", first, last, error]]))

    def test_a_function_that_is_mended_is_redriven(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-commands-") as folder:
            file = Path(folder) / "mail.py"
            file.write_text("def handler(event, context): raise ValueError('no mail')\n", encoding="utf-8")
            handler = f"python:{file}:handler"
            self.restart(options=["--on-stream", f"notes={handler},MaximumRetryAttempts=0"])
            self.create("notes")
            self.put("notes", "a")
            self.tailrace.drain()
            self.assertEqual(self.mapping("notes/mail-py-handler")["LastError"]["Message"],
                             "ValueError: no mail")
            file.write_text("def handler(event, context): pass\n", encoding="utf-8")
            code, lines, _ = self.command("redrive", "notes")
            self.assertEqual((code, lines[1].split()), (0, ["notes/mail-py-handler", "1", "1", "0"]))
            mapping = self.mapping("notes/mail-py-handler")
            self.assertEqual((mapping["GivenUp"], mapping["LastError"]), (0, None))

    def test_what_was_given_up_is_shown_after_a_restart(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-commands-") as folder:
            file = Path(folder) / "mail.py"
            file.write_text("def handler(event, context): raise ValueError('no mail')\n", encoding="utf-8")
            on_stream = f"notes=python:{file}:handler,MaximumRetryAttempts=0"
            started = {"options": ["--on-stream", on_stream], "db_path": f"{folder}/data.db"}
            self.restart(**started)
            self.create("notes")
            self.put("notes", "a")
            self.tailrace.drain()
            code, (heading, row), _ = self.command("failures")
            self.assertEqual(code, 1)
            self.restart(**started)
            code, lines, _ = self.command("failures")
            self.assertEqual((code, len(lines), lines[0]), (1, 2, heading))
            self.assertEqual(heading.split(maxsplit=5)[2:5], ["CALL", "ATTEMPT", "RECORDS"])
            shown, expected = lines[1].split(maxsplit=3), row.split(maxsplit=3)
            self.assertEqual(shown[1:], [expected[1], "-", expected[3]])
            file.write_text("def handler(event, context): pass\n", encoding="utf-8")
            self.assertEqual(self.command("redrive")[0], 0)
            self.assertEqual(self.command("failures"), (0, ["No call has failed."], []))

    def test_what_cannot_be_asked(self):
        self.assertEqual(self.command("failures", "none"),
                         (2, [], ["tailrace: There is no mapping 'none'; there is other/message-groups."]))
        endpoint = "http://127.0.0.1:1"
        self.assertEqual(self.command("mappings", "--endpoint", endpoint, endpoint=False),
                         (2, [], [f"tailrace: no answer from {endpoint}: Connection refused"]))
        self.assertEqual(self.command("mappings", "--endpoint", "localhost", endpoint=False),
                         (2, [], ["tailrace: --endpoint: 'localhost' is not an http:// URL"]))

    def test_help(self):
        for name in ("mappings", "failures", "redrive"):
            code, lines, _ = self.command(name, "--help", endpoint=False)
            text = "\n".join(lines)
            self.assertEqual(code, 0)
            self.assertIn(f"tailrace {name}", text)
            self.assertIn("--endpoint URL", text)
            self.assertIn("Exits with 0", text)

    def test_a_token(self):
        self.restart(options=["--admin-token", "secret"])
        endpoint = self.tailrace.endpoint
        self.assertEqual(self.command("mappings"), (2, [], [
            f"tailrace: {endpoint} requires its token: give it in the variable TAILRACE_ADMIN_TOKEN or with "
            "--admin-token"]))
        self.assertEqual(self.command("mappings", "--admin-token", "other"), (2, [], [
            f"tailrace: {endpoint} was started with a different token from the one in "
            "TAILRACE_ADMIN_TOKEN or --admin-token"]))
        self.assertEqual(self.command("mappings", "--admin-token", "secret")[0], 0)


if __name__ == "__main__":
    main()
