#!/usr/bin/python3
"""The GitHub Action: its script, as a runner calls it, with an archive on this machine, and action.yml.

    action_test.py TAILRACE_EXECUTABLE
"""

import functools
import hashlib
import http.server
import os
import re
import signal
import subprocess
import tarfile
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from packing import ROOT, run, servers_in, usage

ACTION = ROOT / "docker/action"
NAME = "tailrace-7.8.9-linux-x64"
# The runner's own variables, which its steps always have.
RUNNER = ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and counts the downloads of the archive."""

    downloads = 0

    def do_GET(self):
        Quiet.downloads += self.path.endswith(".tar.gz")
        super().do_GET()

    def log_message(self, *_):
        pass


def lines(path):
    """Returns the variables in a file of the runner's."""
    text = path.read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines())


class ActionTest(unittest.TestCase):
    executable = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tailrace-action-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        for each in ("release", "temp"):
            (self.folder / each).mkdir()
        self.archive = self.folder / f"release/{NAME}.tar.gz"
        with tarfile.open(self.archive, "w:gz") as archive:
            archive.add(self.executable, f"{NAME}/bin/tailrace")
        self.checksum = hashlib.sha256(self.archive.read_bytes()).hexdigest()
        (self.folder / "release/SHA256SUMS").write_text(f"{self.checksum}  {NAME}.tar.gz\n", encoding="ascii")
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=self.folder / "release"))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.source = f"http://127.0.0.1:{server.server_address[1]}"
        self.addCleanup(self.end_servers)
        Quiet.downloads = 0

    def end_servers(self):
        for each in servers_in(self.folder):
            os.kill(each, signal.SIGTERM)

    def start(self, **inputs):
        """Runs the script as a step. Returns the result, and the files that the runner reads afterwards."""
        for each in RUNNER:
            (self.folder / each).write_text("", encoding="utf-8")
        environment = {
            "PATH": "/usr/bin:/bin", "HOME": str(self.folder), "RUNNER_TEMP": str(self.folder / "temp"),
            "VERSION": "7.8.9", "SOURCE": self.source, "REPOSITORY": "http://nowhere/tailrace", "SHA256": "",
            "PORT": "0", "OPTIONS": "", "NAMESPACES": "",
            **{each: str(self.folder / each) for each in RUNNER}, **inputs}
        return run([ACTION / "start"], env=environment, cwd=self.folder)

    def started(self, **inputs):
        """Starts a server, and returns what the next steps see: variables and outputs."""
        done = self.start(**inputs)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        variables, outputs = lines(self.folder / "GITHUB_ENV"), lines(self.folder / "GITHUB_OUTPUT")
        self.assertEqual(done.stdout, f"Tailrace 7.8.9 answers at {outputs['endpoint']}\n")
        return variables, outputs

    def assert_fails(self, message, **inputs):
        done = self.start(**inputs)
        self.assertEqual((done.stdout, done.returncode), (f"::error::{message}\n", 1), done.stderr)
        self.assertEqual(servers_in(self.folder), [])

    def get(self, url):
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.read().decode()

    def test_the_next_steps_find_a_server(self):
        variables, outputs = self.started()
        endpoint = outputs["endpoint"]
        self.assertEqual(variables, {
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint, "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": endpoint,
            "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local"})
        self.assertIn('"status":"ok"', self.get(endpoint + "/_tailrace/health"))
        self.assertIn("listens on", Path(outputs["log"]).read_text(encoding="utf-8"))
        path = (self.folder / "GITHUB_PATH").read_text(encoding="utf-8").strip()
        shown = run([Path(path) / "tailrace", "healthcheck", "--port", endpoint.rpartition(":")[2]])
        self.assertEqual(shown.returncode, 0)

    def test_what_the_job_has_set_stays(self):
        variables, _ = self.started(AWS_REGION="ca-central-1", AWS_PROFILE="music")
        self.assertEqual(variables.keys(), {"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"})

    def test_options_and_namespaces(self):
        _, outputs = self.started(OPTIONS="manual-clock = 2026-01-31T12:00:00Z\nlog-level = info",
                                  NAMESPACES="one two")
        self.assertIn("2026-01-31T12:00:00", self.get(outputs["endpoint"] + "/_tailrace/clock"))
        names = re.findall(r'"Name":"(\w+)"', self.get(outputs["endpoint"] + "/_tailrace/namespaces"))
        self.assertEqual(names, ["default", "one", "two"])

    def test_namespaces_are_made_on_a_server_that_speaks_tls(self):
        _, outputs = self.started(OPTIONS=f"tls = self-signed\ntls-folder = {self.folder}/tls",
                                  NAMESPACES="one")
        self.assertRegex(outputs["endpoint"], "^https://")
        plain = outputs["endpoint"].replace("https:", "http:")
        self.assertIn('"Name":"one"', self.get(plain + "/_tailrace/namespaces"))

    def test_a_second_start_uses_what_is_there(self):
        first, second = self.started()[1], self.started(SHA256=self.checksum)[1]
        self.assertEqual((Quiet.downloads, len(servers_in(self.folder))), (1, 2))
        self.assertNotEqual(first["endpoint"], second["endpoint"])
        self.archive.unlink()
        self.started(SHA256=self.checksum, SOURCE="http://127.0.0.1:1")

    def test_an_archive_that_was_changed_is_refused_and_not_kept(self):
        self.archive.write_bytes(self.archive.read_bytes() + b"!")
        for _ in range(2):
            self.assert_fails(f"{NAME}.tar.gz does not have the SHA-256 {self.checksum}")
        self.assertEqual(Quiet.downloads, 2)

    def test_what_is_missing_is_named(self):
        self.assert_fails(f"{self.source}/SHA256SUMS has no checksum of tailrace-1.0.0-linux-x64.tar.gz",
                          VERSION="1.0.0")
        self.archive.unlink()
        self.assert_fails(f"{self.source}/{NAME}.tar.gz cannot be downloaded")
        (self.folder / "release/SHA256SUMS").unlink()
        self.assert_fails(f"{self.source}/SHA256SUMS cannot be downloaded")

    def test_a_server_that_does_not_start_says_why(self):
        done = self.start(OPTIONS="prot = 8000")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "^::error::Tailrace did not start: .*prot")

    def test_a_namespace_that_cannot_be_made_is_named(self):
        done = self.start(NAMESPACES="one o/ne")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, "^::error::The namespace o/ne was not made: .*'o/ne' is not the name")


class Description(unittest.TestCase):
    """action.yml"""

    def setUp(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("python3-yaml is not installed")
        self.action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))

    def test_the_script_gets_every_input_and_gives_every_output(self):
        start = self.action["runs"]["steps"][-1]
        script = (ACTION / "start").read_text(encoding="utf-8")
        given = " ".join(start["env"].values())
        self.assertEqual(set(re.findall(r"inputs\.([\w-]+)", given)), self.action["inputs"].keys())
        for name in start["env"]:
            self.assertRegex(script, rf"\${{?{name}\b")
        for name, output in self.action["outputs"].items():
            self.assertEqual(output["value"], f"${{{{ steps.start.outputs.{name} }}}}")
            self.assertRegex(script, rf"\b{name}=%s")

    def test_it_downloads_this_version(self):
        version = run([ROOT / "docker/packages/version"]).stdout.strip()
        self.assertEqual(self.action["inputs"]["version"]["default"], version)

    # The cache has what the script looks for.
    def test_it_caches_the_download(self):
        cache = self.action["runs"]["steps"][0]
        self.assertEqual(cache["with"]["path"], "${{ runner.temp }}/tailrace/download")
        self.assertIn("download=$RUNNER_TEMP/tailrace/download\n",
                      (ACTION / "start").read_text(encoding="utf-8"))

    def test_the_readme_uses_inputs_that_are_there(self):
        import yaml
        text = (ACTION / "README.md").read_text(encoding="utf-8")
        workflow = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL).group(1))
        steps = workflow["jobs"]["test"]["steps"]
        step = next(each for each in steps if each.get("id") == "tailrace")
        self.assertLessEqual(step["with"].keys(), self.action["inputs"].keys())
        used = set(re.findall(r"steps\.tailrace\.outputs\.(\w+)", text))
        self.assertEqual(used, self.action["outputs"].keys())
        named = re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)
        self.assertEqual(named, [*self.action["inputs"], *self.action["outputs"]])


if __name__ == "__main__":
    ActionTest.executable, = usage("TAILRACE_EXECUTABLE")
    unittest.main(verbosity=2)
