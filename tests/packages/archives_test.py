#!/usr/bin/python3
"""The Debian package and the archive, each installed into an empty folder by its usual program.

    archives_test.py PLUGIN FOLDER_OF_NPM_PACKAGES
"""

import shutil
import tempfile
import unittest
from pathlib import Path

from packing import ROOT, run, usage
from serving_case import ServingCase, Tailrace

FILES = ["bin/tailrace", "share/bash-completion/completions/tailrace",
         "share/doc/tailrace/LICENSE", "share/doc/tailrace/README.md",
         "share/doc/tailrace/THIRD-PARTY-NOTICES.md", "share/doc/tailrace/tailrace.spdx.json",
         "share/fish/vendor_completions.d/tailrace.fish", "share/man/man1/tailrace.1",
         "share/zsh/vendor-completions/_tailrace"]


class Archives(ServingCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-archives-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def succeed(self, *command, **options):
        done = run(command, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def packed(self, kind, place="packages"):
        environment = {"PATH": "/usr/bin:/bin", "TAILRACE_PACKAGES": str(self.folder / place)}
        made = self.succeed(ROOT / "docker/package", kind, env=environment).splitlines()
        self.assertEqual(len(made), 1)
        package = Path(made[0])
        self.succeed("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=package.parent)
        return package

    def check_installed(self, prefix):
        """Checks that exactly the packed files are below a prefix, and that the executable serves clients and
        loads plugins."""
        files = sorted(str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file())
        self.assertEqual(files, FILES)
        tailrace = Tailrace(prefix / "bin/tailrace", options=["--function", f"each=plugin:{PLUGIN}"])
        self.addCleanup(tailrace.stop)
        self.assert_serves(tailrace.endpoint)
        answer = tailrace.client(service="lambda").invoke(FunctionName="each", Payload=b'{"a":1}')
        self.assertEqual(answer["Payload"].read(), b'{"function":"each","bytes":7}')

    @unittest.skipUnless(shutil.which("dpkg"), "no dpkg to install it with")
    def test_debian_package(self):
        package = self.packed("deb")
        about = self.succeed("dpkg-deb", "--field", package, "Package", "Depends", "Suggests")
        self.assertRegex(about, r"^Package: tailrace\nDepends: libc6 \(>= 2\.\d+\)\n"
                                r"Suggests: libpq5 \(>= 14\)\n$")
        database = self.folder / "root/var/lib/dpkg"
        for each in ("info", "updates", "triggers"):
            (database / each).mkdir(parents=True)
        (database / "status").touch()
        # The package's dependencies are in the system, outside that folder.
        self.succeed("dpkg", "--root", self.folder / "root", "--force-depends", "--force-not-root",
                     "--install", package, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"})
        self.check_installed(self.folder / "root/usr")

    def test_archive(self):
        package = self.packed("tar")
        self.succeed("tar", "-xf", package, "-C", self.folder)
        self.check_installed(self.folder / package.name.replace(".tar.gz", ""))

    def test_packing_again_gives_the_same_bytes(self):
        for kind in ("deb", "tar"):
            first, second = self.packed(kind), self.packed(kind, "again")
            self.assertTrue(first.read_bytes() == second.read_bytes(), kind)


if __name__ == "__main__":
    PLUGIN, Archives.clients = usage("PLUGIN", "FOLDER_OF_NPM_PACKAGES")
    unittest.main(verbosity=2)
