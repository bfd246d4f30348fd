#!/usr/bin/python3
"""The images of docker/Dockerfile: their roots are made from its instructions, and their servers run as it
says.

    image_test.py TAILRACE_EXECUTABLE STATIC_EXECUTABLE LAYERS FOLDER_OF_NPM_PACKAGES [TEST]...

LAYERS is a folder that keeps installed packages from one run to the next. The stage that compiles is left
out; the two executables take its place.
"""

import dataclasses
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from base_system import NoBaseSystem
from container import PORT, Container
from dockerfile import read_dockerfile
from image_builder import Context, ImageBuilder, Layers
from packing import ROOT, run, usage
from serving_case import ServingCase

sys.path.insert(0, str(ROOT / "tests/source"))

from tracked_files import tracked_files

MOST_MEGABYTES = {"tailrace": 45, "static": 8, "functions": 140}
USER = [1000, 1000]
SKIPPED = 77
WAIT_SECONDS = 60
OWN_ENDPOINT = f"http://127.0.0.1:{PORT}"

PYTHON_FUNCTION = """\
import boto3

def handler(event, context):
    for each in event["Records"]:
        note = each["dynamodb"]["Keys"]["pk"]["S"]
        if note.startswith("by "):
            return
        boto3.client("dynamodb").put_item(TableName="notes", Item={"pk": {"S": "by python: " + note}})
"""
NODE_FUNCTION = """\
exports.handler = async (event) => {
  for (const each of event.Records) {
    const note = each.dynamodb.Keys.pk.S;
    if (note.startsWith("by ")) return;
    const answer = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
      method: "POST",
      headers: {
        "X-Amz-Target": "DynamoDB_20120810.PutItem",
        "X-Amz-Date": "20260131T000000Z",
        "Content-Type": "application/x-amz-json-1.0",
        "Authorization": "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0, " +
          "Credential=local/20260131/us-east-1/dynamodb/aws4_request",
      },
      body: JSON.stringify({ TableName: "notes", Item: { pk: { S: `by node: ${note}` } } }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
};
"""


def compressed_megabytes(root):
    """Returns the size of the whole image in a registry: its root, packed with tar and gzip."""
    packed = subprocess.run(["/bin/sh", "-c", 'tar --numeric-owner --sort=name -C "$1" -c . | gzip | wc -c',
                             "sh", str(root)], check=True, capture_output=True, text=True)
    return int(packed.stdout) / 1e6


def files_below(root):
    return sorted(f"/{path.relative_to(root)}" for path in root.rglob("*") if not path.is_dir())


def create_notes(client, **more):
    client.create_table(
        TableName="notes", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}], **more)


class ImageCase(ServingCase):
    """A test of one image. main() sets `folder`, `settings` and `clients`."""

    folder = None
    settings = {}
    name = None

    def root(self):
        return self.folder / self.name

    def start(self, *arguments, user=None, **more):
        settings = self.settings[self.name]
        if user:
            settings = dataclasses.replace(settings, user=user)
        container = Container(self.root(), settings, arguments, **more)
        self.addCleanup(self.end, container)
        return container

    def end(self, container):
        if container.running():
            container.kill()

    def assert_container_serves(self, container):
        with container.network():
            self.assert_serves(OWN_ENDPOINT)

    def users_of(self, container):
        status = Path(f"/proc/{container.first_process()}/status").read_text(encoding="ascii")
        return [int(re.search(rf"^{kind}:\t(\d+)", status, re.MULTILINE).group(1)) for kind in ("Uid", "Gid")]


class EveryImage:
    """Tests for every image."""

    is_bare = False

    def test_serves_as_its_user_and_is_healthy(self):
        container = self.start(is_bare=self.is_bare)
        self.assertTrue(container.is_healthy(), container.describe())
        self.assertEqual(self.users_of(container), USER)
        self.assert_container_serves(container)
        self.assertEqual(container.stop(), 0, container.describe())

    # docker run --user: the server runs as the owner of a folder on the host, so that it can write there.
    def test_serves_as_another_user(self):
        container = self.start(user="1234:1234", is_bare=self.is_bare)
        self.assertEqual(self.users_of(container), [1234, 1234])
        self.assert_container_serves(container)
        self.assertEqual(container.stop(), 0, container.describe())

    def test_interrupt_stops_the_first_process(self):
        container = self.start(is_bare=self.is_bare)
        self.assertEqual(container.stop(signal.SIGINT), 0, container.describe())

    # A new container gets the volume of an old one. Like Docker, the test gives the volume the owner of the
    # image's folder.
    def test_volume_keeps_the_tables(self):
        self.assertEqual(self.settings[self.name].volumes, ["/data"])
        owner = (self.root() / "data").stat()
        self.assertEqual([owner.st_uid, owner.st_gid], USER)
        with tempfile.TemporaryDirectory(prefix="tailrace-volume-") as volume:
            os.chown(volume, owner.st_uid, owner.st_gid)
            for is_new in (True, False):
                container = self.start("--db-path", "/data/tailrace.db", volumes={"/data": volume},
                                       is_bare=self.is_bare)
                with container.network():
                    client = container.client()
                    if is_new:
                        create_notes(client)
                        client.put_item(TableName="notes", Item={"pk": {"S": "a"}})
                    self.assertEqual(client.scan(TableName="notes")["Count"], 1)
                    client.close()
                self.assertEqual(container.stop(), 0, container.describe())
            self.assertIn("tailrace.db", os.listdir(volume))

    def test_is_small(self):
        megabytes = compressed_megabytes(self.root())
        print(f"{self.name}: {megabytes:.1f} MB compressed", flush=True)
        self.assertLessEqual(megabytes, MOST_MEGABYTES[self.name])
        title = "tailrace" if self.name == "tailrace" else f"tailrace:{self.name}"
        stated, = re.findall(rf"^\| `{title}` \|.* (\d+) MB \|", DOCUMENT, re.MULTILINE)
        self.assertLessEqual(abs(megabytes - int(stated)), 2, "docker/README.md says another size")

    def test_says_what_it_is(self):
        labels = self.settings[self.name].labels
        self.assertEqual(labels, {
            "org.opencontainers.image.title": "Tailrace",
            "org.opencontainers.image.description": "A local DynamoDB with its streams attached",
            "org.opencontainers.image.version": VERSION,
            "org.opencontainers.image.licenses": "Apache-2.0",
        })
        self.assertEqual(self.settings[self.name].ports, [str(PORT)])
        documents = self.root() / "usr/local/share/doc/tailrace"
        for source in ("LICENSE", "docker/packages/THIRD-PARTY-NOTICES.md"):
            self.assertEqual((documents / Path(source).name).read_bytes(), (ROOT / source).read_bytes())


class DropIn(EveryImage, ImageCase):
    name = "tailrace"

    # Testcontainers' module for Go starts DynamoDB Local like this.
    def test_java_serves(self):
        container = self.start("-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "./data",
                               entry_point=["java", "-Djava.library.path=./DynamoDBLocal_lib"])
        self.assertTrue(container.is_healthy(), container.describe())
        self.assertIn("Initializing DynamoDB Local with the following configuration:", container.last_lines)
        self.assert_container_serves(container)
        self.assertEqual(container.stop(), 0, container.describe())
        self.assertEqual(files_below(self.root() / "home/dynamodblocal/data")[:1],
                         ["/shared-local-instance.tailrace.db"])

    # Health checks as people write them in compose files.
    def test_shell_and_curl_are_there(self):
        container = self.start()
        check = f'[ "$(curl -s -o /dev/null -w %{{http_code}} {OWN_ENDPOINT}/)" == "400" ]'
        shown = container.execute("/bin/sh", "-c", check)
        self.assertEqual((shown.returncode, shown.stderr), (0, ""))
        # Everything except the data belongs to root, including the server's executable.
        refused = container.execute("sh", "-c", "echo > /usr/local/bin/tailrace")
        self.assertIn("Permission denied", refused.stderr)


class Static(EveryImage, ImageCase):
    """This image runs without /proc, /dev and /etc."""

    name = "static"
    is_bare = True

    def test_holds_nothing_else(self):
        self.assertEqual(files_below(self.root()), [
            "/usr/local/bin/tailrace", "/usr/local/share/doc/tailrace/LICENSE",
            "/usr/local/share/doc/tailrace/THIRD-PARTY-NOTICES.md"])
        self.assertEqual(sorted(os.listdir(self.root())), ["data", "usr"])

    def test_is_run_as_the_others(self):
        static, other = self.settings["static"], self.settings["tailrace"]
        for each in ("entry_point", "health_check", "labels", "ports", "volumes"):
            self.assertEqual(getattr(static, each), getattr(other, each))


class Functions(EveryImage, ImageCase):
    name = "functions"

    def drain(self):
        """Waits until every function is done or has given up, and returns the server's answer."""
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{OWN_ENDPOINT}/_tailrace/streams/drain", b"", WAIT_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return json.load(error)

    def test_functions_in_python_and_javascript_run(self):
        with tempfile.TemporaryDirectory(prefix="tailrace-functions-") as folder:
            os.chmod(folder, 0o755)
            Path(folder, "notes.py").write_text(PYTHON_FUNCTION, encoding="ascii")
            Path(folder, "notes.js").write_text(NODE_FUNCTION, encoding="ascii")
            container = self.start(
                "--on-stream", "notes=python:/functions/notes.py:handler",
                "--on-stream", "notes=node:/functions/notes.js:handler", volumes={"/functions": folder})
            with container.network():
                client = container.client()
                create_notes(
                    client, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
                client.put_item(TableName="notes", Item={"pk": {"S": "a"}})
                drained = self.drain()
                found = client.scan(TableName="notes")["Items"]
                client.close()
            self.assertTrue(drained.get("Drained"), (drained, container.describe()))
            self.assertEqual(sorted(each["pk"]["S"] for each in found),
                             ["a", "by node: a", "by python: a"], container.describe())
            self.assertEqual(container.stop(), 0, container.describe())


def build_images(folder, executables, layers):
    """Makes the three roots below a folder and returns their settings."""
    made = folder / "made"
    (made / "static").mkdir(parents=True)
    (made / "empty").mkdir()
    for executable, name in zip(executables, ("tailrace", "static/tailrace")):
        stripped = run(["strip", "-o", made / name, executable])
        if stripped.returncode != 0:
            raise RuntimeError(stripped.stderr)
    stages = read_dockerfile((ROOT / "docker/Dockerfile").read_text(encoding="utf-8"))
    builder = ImageBuilder(stages, Context(ROOT, tracked_files()), Layers(layers), {"build": folder},
                           {"VERSION": VERSION})
    with builder.layers.locked():
        return {name: builder.build(name, folder / name) for name in MOST_MEGABYTES}


VERSION = run([ROOT / "docker/packages/version"]).stdout.strip()
DOCUMENT = (ROOT / "docker/README.md").read_text(encoding="utf-8")


def main():
    *executables, layers, ImageCase.clients = usage(
        "TAILRACE_EXECUTABLE", "STATIC_EXECUTABLE", "LAYERS", "FOLDER_OF_NPM_PACKAGES")
    if os.getuid() != 0:
        print("skipped: only root can change the root of a process", flush=True)
        raise SystemExit(SKIPPED)
    layers.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tailrace-images-", dir=layers.parent) as folder:
        ImageCase.folder = Path(folder)
        os.chmod(folder, 0o755)
        try:
            ImageCase.settings = build_images(Path(folder), executables, layers)
        except NoBaseSystem as error:
            print(f"skipped: no base system for the images: {error}", flush=True)
            raise SystemExit(SKIPPED) from None
        unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
