#!/usr/bin/python3
"""Runs jest with the preset @shelf/jest-dynamodb, which starts DynamoDB Local through `java` and waits until
it is ready. Here `java` is Tailrace; everything else is as users have it.

    jest_dynamodb_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that the packages are missing because there was no network.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, Tailrace

SKIPPED = 77
JEST_SECONDS = 100
TABLE = {
    "TableName": "music",
    "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
}
TEST = """
const { DynamoDBDocument } = require("@aws-sdk/lib-dynamodb");
const { DynamoDB } = require("@aws-sdk/client-dynamodb");

const dynamodb = DynamoDBDocument.from(new DynamoDB({
  endpoint: "http://localhost:PORT", tls: false, region: "local-env",
  credentials: { accessKeyId: "fakeMyKeyId", secretAccessKey: "fakeSecretAccessKey" },
}));

it("inserts a song and finds it", async () => {
  await dynamodb.put({ TableName: "music", Item: { artist: "Nils", songs: 1 } });
  const { Item } = await dynamodb.get({ TableName: "music", Key: { artist: "Nils" } });
  expect(Item).toEqual({ artist: "Nils", songs: 1 });
});
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class JestDynamodbTest(unittest.TestCase):
    executable = packages = None

    def project(self, port):
        """Makes a folder with a test, the preset's configuration and a `java`, as if DynamoDB Local were
        installed."""
        # It is inside the packages' folder, so that Node.js finds them.
        folder = tempfile.TemporaryDirectory(prefix="jest-dynamodb-", dir=self.packages)
        self.addCleanup(folder.cleanup)
        project = Path(folder.name)
        for name in ("bin", "installed"):
            (project / name).mkdir()
        (project / "bin" / "java").symlink_to(self.executable)
        (project / "installed" / "DynamoDBLocal.jar").touch()
        config = {"tables": [TABLE], "port": port,
                  "installerConfig": {"installPath": str(project / "installed")}}
        (project / "config.cjs").write_text("module.exports = " + json.dumps(config), encoding="utf-8")
        (project / "music.test.cjs").write_text(TEST.replace("PORT", str(port)), encoding="utf-8")
        jest = {"preset": "@shelf/jest-dynamodb", "rootDir": str(project), "transform": {},
                "cacheDirectory": str(project / "cache"), "testMatch": ["**/*.test.cjs"]}
        (project / "jest.json").write_text(json.dumps(jest), encoding="utf-8")
        return project

    def jest(self, project):
        environment = {"PATH": f"{project}/bin:{DEBIAN_PATH}", "HOME": str(project), "CI": "true",
                       "JEST_DYNAMODB_CONFIG": str(project / "config.cjs")}
        program = self.packages / "node_modules" / "jest" / "bin" / "jest.js"
        return subprocess.run(["node", program, "--config", project / "jest.json", "--runInBand"],
                              cwd=project, env=environment, capture_output=True, text=True,
                              timeout=JEST_SECONDS, check=False)

    # Tailrace, as `java`, writes to standard output; jest's own report goes to standard error.
    def test_the_preset_starts_it_and_ends_it(self):
        port = free_port()
        done = self.jest(self.project(port))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"Tests: +1 passed, 1 total")
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))

    def test_the_preset_uses_one_that_is_there(self):
        server = Tailrace(self.executable, options=["--as-dynamodb-local"])
        self.addCleanup(server.stop)
        project = self.project(int(server.endpoint.rpartition(":")[2]))
        (project / "bin" / "java").unlink()
        for _ in range(2):
            done = self.jest(project)
            self.assertEqual(done.returncode, 0, done.stderr)
        # The preset removes its tables at the end.
        self.assertEqual(server.client().list_tables()["TableNames"], [])


def main():
    if len(sys.argv) < 3 or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES [TEST]...")
    JestDynamodbTest.executable = str(Path(sys.argv.pop(1)).resolve())
    JestDynamodbTest.packages = Path(sys.argv.pop(1)).resolve()
    if not (JestDynamodbTest.packages / "node_modules" / ".tailrace-installed").exists():
        print("skipped: the packages of tests/clients/package-lock.json are not installed")
        return SKIPPED
    unittest.main(verbosity=2)
    return 0


if __name__ == "__main__":
    sys.exit(main())
