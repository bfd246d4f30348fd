#!/usr/bin/python3
"""Builds the executables again, from a copy of the tree in a folder with another name and without a compiler
cache, and compares them with those of this tree.

    repeated_build_test.py
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/source"))

from executable_test import TARGETS
from tracked_files import tracked_files


def packed(root, packages):
    """Returns the executables' bytes, by platform."""
    environment = {**os.environ, "TAILRACE_PACKAGES": packages, "CCACHE_DISABLE": "1"}
    subprocess.run([root / "docker/packages/executable/pack", *TARGETS], env=environment, check=True)
    return {each: Path(packages, "executable", each, "tailrace").read_bytes() for each in TARGETS}


class RepeatedBuild(unittest.TestCase):
    def test_the_executables_are_the_same(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-repeated-") as folder:
            copy = Path(folder) / "another-folder"
            for path in tracked_files():
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, copy / path)
            first = packed(ROOT, f"{folder}/first")
            second = packed(copy, f"{folder}/second")
            for each in TARGETS:
                self.assertTrue(first[each] == second[each], f"{each} differs")


if __name__ == "__main__":
    unittest.main(verbosity=2)
