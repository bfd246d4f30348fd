"""What a server keeps in memory after its start, and how many files it may open.

Usage: start_test.py TAILRACE [unittest arguments]
"""

import os
import re
import resource
import unittest

from connections import TAILRACE, Server


def code_pages(process):
    """Returns how many bytes of the program's own code are in memory, and how many there are in all."""
    with open(f"/proc/{process}/smaps", encoding="utf-8") as file:
        areas = re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", file.read(), flags=re.MULTILINE)
    program = os.path.realpath(TAILRACE)
    held = whole = 0
    for area in areas:
        if re.match(r"\S+ r-xp ", area) and area.splitlines()[0].endswith(program):
            held += int(re.search(r"^Rss: +(\d+) kB", area, re.MULTILINE).group(1)) * 1024
            whole += int(re.search(r"^Size: +(\d+) kB", area, re.MULTILINE).group(1)) * 1024
    return held, whole


class Start(unittest.TestCase):
    @unittest.skipUnless(os.path.exists("/proc/self/smaps"), "this system has no /proc/self/smaps")
    def test_the_code_that_only_the_start_runs_is_released(self):
        with Server() as server:
            held, whole = code_pages(server.process.pid)
            self.assertGreater(whole, 1_000_000)
            self.assertLess(held, whole / 4)


class Files(unittest.TestCase):
    @unittest.skipUnless(hasattr(resource, "prlimit"), "this system cannot show the limits of a process")
    def test_a_server_may_open_as_many_files_as_the_system_allows(self):
        usual = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, usual[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, usual)
        with Server() as server:
            now = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
        self.assertEqual(now, (min(usual[1], 65536), usual[1]))


if __name__ == "__main__":
    unittest.main(verbosity=1)
