#!/usr/bin/python3
"""The harness as `cmake --install` installs it, found by a project that does not know the source tree.

    consumer_test.py BUILD
"""

import tempfile
import unittest
from pathlib import Path

from packing import run, usage

CONSUMER = Path(__file__).resolve().parent / "consumer"


class Consumer(unittest.TestCase):
    def run_well(self, *command):
        done = run(command)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_harness_is_found_and_works(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-installed-") as folder:
            prefix, build = Path(folder, "prefix"), Path(folder, "build")
            self.run_well("cmake", "--install", BUILD, "--prefix", prefix, "--component", "development")
            self.run_well("cmake", "-S", CONSUMER, "-B", build, "-G", "Ninja",
                          f"-DCMAKE_PREFIX_PATH={prefix}")
            self.run_well("cmake", "--build", build)
            self.assertEqual(self.run_well(build / "consumer"),
                             'INSERT {"artist":{"S":"No One You Know"}}\n')
            # The installed files are enough: none of them mentions this tree.
            for path in prefix.rglob("*.cmake"):
                self.assertNotIn(str(BUILD), path.read_text(encoding="utf-8"), path.name)


if __name__ == "__main__":
    (BUILD,) = usage("BUILD")
    unittest.main(verbosity=2)
