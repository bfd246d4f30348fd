#!/usr/bin/python3
"""The stage of docker/Dockerfile that compiles, made only from the files that are sent to a build.

    image_build_test.py FOLDER

The test makes the stage's root in FOLDER and removes it at the end. It needs 4 GB.
"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from base_system import NoBaseSystem
from dockerfile import read_dockerfile
from image_builder import Context, ImageBuilder, Layers
from packing import ROOT, run

sys.path.insert(0, str(ROOT / "tests/source"))

from tracked_files import tracked_files

FOLDER = sys.argv.pop() if len(sys.argv) > 1 else "/var/tmp"


@unittest.skipUnless(os.getuid() == 0, "only root can change the root of a process")
class BuildStage(unittest.TestCase):
    def test_executables_are_compiled(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-build-stage-", dir=FOLDER) as folder:
            stages = read_dockerfile((ROOT / "docker/Dockerfile").read_text(encoding="utf-8"))
            root = Path(folder, "root")
            builder = ImageBuilder(stages, Context(ROOT, tracked_files()), Layers(Path(folder, "layers")))
            try:
                builder.build("build", root)
            except NoBaseSystem as error:
                self.skipTest(str(error))
            version = run([ROOT / "docker/packages/version"]).stdout.strip()
            for name in ("tailrace", "static/tailrace"):
                shown = run([root / "made" / name, "--version"])
                self.assertEqual((shown.stdout.split()[-1], shown.stderr), (version, ""))
            kinds = subprocess.run(["readelf", "-lW", root / "made/static/tailrace"], check=True,
                                   capture_output=True, text=True).stdout
            self.assertNotIn("INTERP", kinds)


if __name__ == "__main__":
    unittest.main(verbosity=2)
