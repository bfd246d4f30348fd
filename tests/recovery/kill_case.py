"""What the tests that kill their servers share."""

import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


class KillCase(unittest.TestCase):
    """A test with a folder of its own, and with the server that runs at the moment."""

    executable = None
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-kill-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.tailrace = None
        self.addCleanup(lambda: self.tailrace and self.tailrace.kill())

    def run_until_killed(self, jobs, seconds):
        """Runs all jobs, each a function with its arguments, at once until the server is gone. Kills it after
        this time, or leaves that to the jobs if `seconds` is None."""
        with ThreadPoolExecutor(len(jobs)) as executor:
            running = [executor.submit(*job) for job in jobs]
            if seconds is not None:
                self.assertFalse(self.tailrace.ends_within(seconds), "the server ended by itself")
                self.tailrace.send_kill()
            for each in running:
                each.result()
        self.tailrace.kill()
