"""Event source mappings whose database or machine fails for a while: the server goes on, and so do they.

Usage: mapping_fault_test.py TAILRACE [unittest arguments]
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from plain_server import NOTES, PATIENCE_SECONDS, PlainServer

TAILRACE = None
TABLE = {**NOTES, "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}
# Limits on threads apply per user, so the test uses a user of its own.
OTHER_USER = 1_000_000 + os.getpid()


def become_other():
    os.setgroups([])
    os.setgid(OTHER_USER)
    os.setuid(OTHER_USER)


class Server(PlainServer):
    """A server with a manual clock."""

    def __init__(self, *arguments, executable=None, **options):
        super().__init__(executable or TAILRACE, "--manual-clock", "2026-01-31T12:00:00Z", *arguments,
                         **options)

    def mapping(self):
        return self.ask("GET", "/_tailrace/mappings")[1]["Mappings"][0]

    def step(self):
        return self.ask("POST", f"/_tailrace/mappings/{self.mapping()['Id']}/step", {})

    def drain(self):
        return self.ask("POST", "/_tailrace/streams/drain", {})

    def wait_until_drained(self):
        """Drains until the mapping's next try has worked. While the mapping is in error, each drain ends at
        once."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.drain()[0] != 200:
            assert time.monotonic() < end, self.mapping()

    def move_clock(self, seconds):
        assert self.ask("POST", "/_tailrace/clock", {"Seconds": seconds})[0] == 200

    def limit(self, kind, soft):
        hard = resource.prlimit(self.process.pid, kind)[1]
        resource.prlimit(self.process.pid, kind, (soft, hard))


class MappingFaultTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tailrace-test.")
        self.addCleanup(self.folder.cleanup)

    def other_users_server(self, arguments, become):
        # The executable may be in a place that the other user cannot reach.
        descriptor = os.open(TAILRACE, os.O_RDONLY)
        self.addCleanup(os.close, descriptor)
        os.chmod(self.folder.name, 0o777)
        return Server(*arguments, executable=f"/proc/self/fd/{descriptor}", preexec_fn=become,
                      pass_fds=[descriptor])

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def records(self):
        with open(self.path("records"), encoding="utf-8") as file:
            return [json.loads(line)["dynamodb"]["Keys"]["id"]["S"] for line in file]

    # The size limit acts like a full disk: the progress of the mapping cannot be saved.
    def test_the_server_and_its_mapping_get_over_a_full_disk(self):
        arguments = ["--db-path", self.path("notes.db"), "--on-stream", f"notes=file:{self.path('records')}"]
        with Server(*arguments) as server:
            server.call("CreateTable", **TABLE)
            name = server.mapping()["Name"]
            server.ask("POST", f"/_tailrace/mappings/{server.mapping()['Id']}/pause", {})
            self.assertEqual([server.put("a"), server.put("b")], [200, 200])
            server.limit(resource.RLIMIT_FSIZE, os.path.getsize(self.path("notes.db-wal")))
            server.ask("POST", f"/_tailrace/mappings/{server.mapping()['Id']}/resume", {})

            reason = "writing a row: disk I/O error (File too large)"
            status, answer = server.drain()
            until = (reason + "; it will try again when the clock reaches 2026-01-31T12:00:00.250Z "
                     "(move it with POST /_tailrace/clock)")
            self.assertEqual((status, answer["Stuck"], answer["message"]),
                             (504, [name], f"Not drained: {name}: {until}"))
            self.assertEqual([(each["State"], each["Reason"]) for each in answer["Mappings"]],
                             [("Error", until)])
            mapping = server.mapping()
            self.assertEqual((mapping["State"], mapping["Fault"]), ("Error", {
                "Reason": reason, "Tries": 1, "NextTry": "2026-01-31T12:00:00.250Z"}))
            shown = server.ask("GET", f"/2015-03-31/event-source-mappings/{mapping['Id']}")[1]
            self.assertEqual((shown["State"], shown["LastProcessingResult"]),
                             ("Enabled", "PROBLEM: " + reason))
            self.assertEqual(server.step(),
                             (503, {"message": f"The mapping {name} is in error: {reason}"}))
            self.assertEqual(server.call("Scan", TableName="notes")[1]["Count"], 2)
            self.assertEqual(server.put("c"), 500)

            server.limit(resource.RLIMIT_FSIZE, resource.RLIM_INFINITY)
            self.assertEqual(server.put("c"), 200)
            server.move_clock(60)
            server.wait_until_drained()
            self.assertEqual((server.mapping()["State"], server.mapping()["Fault"]), ("Idle", None))
            self.assertEqual(self.records(), ["a", "b", "c"])
        begin = f" error   the event source mapping {name}: "
        self.assertIn(begin + reason + "; trying again in 0.25 s\n", server.errors)
        self.assertIn(begin + "works again\n", server.errors)

    @staticmethod
    def limit_threads(server, soft):
        """Sets the server's thread limit, from a process of the same user. `soft` is None for no limit."""
        def limit():
            become_other()
            hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
            resource.prlimit(server.process.pid, resource.RLIMIT_NPROC, (soft or hard, hard))
        subprocess.run(["true"], check=True, preexec_fn=limit)

    @unittest.skipUnless(os.geteuid() == 0, "only root may run as another user, and only others have limits")
    def test_the_server_continues_without_new_threads(self):
        arguments = ["--ttl-interval", "0", "--function", f"records=file:{self.path('records')}"]
        with self.other_users_server(arguments, become_other) as server:
            server.call("CreateTable", **TABLE)
            self.assertEqual(server.put("a"), 200)
            arn = server.call("DescribeTable", TableName="notes")[1]["Table"]["LatestStreamArn"]
            # The threads that answer these requests are created by the first request of each kind.
            server.ask("GET", "/2015-03-31/event-source-mappings")
            self.assertEqual(server.drain()[0], 200)
            self.limit_threads(server, 1)
            made = server.ask("POST", "/2015-03-31/event-source-mappings", {
                "FunctionName": "records", "EventSourceArn": arn, "StartingPosition": "TRIM_HORIZON"})
            self.assertEqual(made[0], 202)
            self.assertEqual(server.mapping()["Fault"]["Reason"], "Resource temporarily unavailable")
            self.assertEqual(server.drain()[0], 504)
            self.assertEqual(server.put("b"), 200)
            self.limit_threads(server, None)
            server.move_clock(60)
            server.wait_until_drained()
            self.assertEqual(self.records(), ["a", "b"])

    @unittest.skipUnless(os.geteuid() == 0, "only root may run as another user, and only others have limits")
    def test_a_server_that_gets_one_thread_starts_and_says_what_is_missing(self):
        def become_limited():
            become_other()
            resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        arguments = ["--threads", "3", "--on-stream", f"notes=file:{self.path('records')}"]
        with self.other_users_server(arguments, become_limited) as server:
            server.call("CreateTable", **TABLE)
            self.assertEqual(server.put("a"), 200)
        reason = "Resource temporarily unavailable"
        self.assertIn("connections are served by 1 of 3 threads, because no more could be created: " + reason,
                      server.errors)
        self.assertIn(f"the event source mapping notes/records: {reason}; trying again",
                      server.errors)
        self.assertIn("time to live: items expire only on request, because no thread could be "
                      "created: " + reason,
                      server.errors)


if __name__ == "__main__":
    TAILRACE = os.path.abspath(sys.argv.pop(1))
    unittest.main()
