"""docker_test.py EXECUTABLE: holds docker/ against what it speaks of, as far as that goes without Docker.

The image's steps must name files and presets that are there, its packages must be what the executable is
linked with, and the command lines of compose.yaml and of DynamoDB Local's image must bring up a server.
"""

import fnmatch
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import unittest

from tracked_files import ROOT, tracked_files

EXECUTABLE = sys.argv.pop() if len(sys.argv) > 1 else ""

# The shared libraries that an executable may ask for.
IN_EVERY_IMAGE = re.compile(r"^(lib[cm]\.so\.6|ld-linux.*)$")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def dockerfile():
    """The instructions as pairs of name and text, continued lines joined, comments left out."""
    lines = [line for line in read("docker/Dockerfile").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]


def instructions(name):
    return [text for each, text in dockerfile() if each == name]


def in_image_context(path):
    """Whether a file of the repository is sent to the build, as .dockerignore has it."""
    patterns = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    parents = ["/".join(path.split("/")[: count + 1]) for count in range(path.count("/") + 1)]
    return not any(fnmatch.fnmatch(parent, pattern) for parent in parents for pattern in patterns)


def runtime_packages():
    return re.search(r"^runtime=\((.*)\)$", read("docker/deps.sh"), re.MULTILINE).group(1).split()


def compose():
    try:
        import yaml
    except ImportError:
        raise unittest.SkipTest("python3-yaml is not installed")
    return yaml.safe_load(read("docker/compose.yaml"))


class Server:
    """The executable as the image starts it, but on the loopback, on a free port, in a folder of its own.

    The first of its arguments is the name by which it is started.
    """

    def __init__(self, arguments, folder):
        environment = {"PATH": os.environ["PATH"], "TAILRACE_HOST": "127.0.0.1", "TAILRACE_PORT": "0"}
        self.process = subprocess.Popen(arguments, executable=EXECUTABLE, cwd=folder, env=environment,
                                        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = []
        for line in self.process.stdout:
            said.append(line)
            address = re.search(r"listens on http://127\.0\.0\.1:(\d+)", line)
            if address:
                self.port = address.group(1)
                return
        self.process.wait()
        raise AssertionError(f"{shlex.join(arguments)} ended before it was ready: {''.join(said)}")

    def healthcheck(self):
        command = json.loads(instructions("HEALTHCHECK")[0].split("CMD", 1)[1])
        asked = {"TAILRACE_PORT": self.port, **dict(each.split("=") for each in instructions("ENV"))}
        return subprocess.run([EXECUTABLE, *command[1:]], env=asked, timeout=30).returncode

    def stop(self):
        """What `docker stop` does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(30)


class Image(unittest.TestCase):
    # A step that copies or runs what is not there fails only when somebody builds the image.
    def test_steps_use_what_is_there(self):
        for text in instructions("COPY"):
            sources = text.split()[:-1]
            if not sources[0].startswith("--from="):
                for source in sources:
                    self.assertTrue((ROOT / source).exists(), f"COPY {text}")
                    self.assertTrue(source == "." or in_image_context(source), f"COPY {text}: ignored")
        sets = re.findall(r"deps\.sh (\w+)", "\n".join(instructions("RUN")))
        self.assertEqual(sets, ["build", "client", "runtime"])
        self.assertTrue(os.access(ROOT / "docker/deps.sh", os.X_OK))
        presets = [preset["name"] for preset in json.loads(read("CMakePresets.json"))["configurePresets"]]
        for preset in re.findall(r"--preset (\S+)", "\n".join(instructions("RUN"))):
            self.assertIn(preset, presets)

    # The build is given every file that it reads, and no test.
    def test_context_holds_the_sources(self):
        for path in tracked_files():
            if path.split("/")[0] in ("engine", "server", "stream", "CMakeLists.txt", "CMakePresets.json"):
                self.assertTrue(in_image_context(path), path)
        self.assertFalse(in_image_context("tests/run"))
        self.assertFalse(in_image_context("build/release/build.ninja"))

    def test_runs_as_nobody_special_and_keeps_its_data(self):
        self.assertEqual(instructions("USER"), ["tailrace"])
        self.assertEqual(instructions("VOLUME"), ["/data"])
        self.assertEqual(instructions("EXPOSE"), ["8000"])
        self.assertEqual(instructions("ENV"), ["TAILRACE_HOST=*"])
        self.assertRegex("\n".join(instructions("RUN")), r"install -d -o tailrace .*/data\b")

    # The image needs no package with a library.
    def test_executable_is_linked_with_the_c_library_alone(self):
        dynamic = subprocess.run(["readelf", "-d", EXECUTABLE], check=True, capture_output=True, text=True)
        needed = re.findall(r"NEEDED.*\[(.+)\]", dynamic.stdout)
        if "libstdc++.so.6" in needed:
            self.skipTest("not built for release, and so in no image")
        for name in needed:
            self.assertRegex(name, IN_EVERY_IMAGE)

    # What starts DynamoDB Local's java finds one, and what is run inside the container finds bash and curl.
    def test_programs_of_dynamodb_locals_image_are_there(self):
        self.assertIn("ln -s tailrace /usr/local/bin/java && ln -sf bash /bin/sh", instructions("RUN"))
        self.assertIn("curl", runtime_packages())


class CommandLines(unittest.TestCase):
    def serve(self, arguments, entry_point=None):
        arguments = [*(entry_point or json.loads(instructions("ENTRYPOINT")[0])), *arguments]
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(os.path.join(folder, "data"))
            server = Server([each.replace("/data/", "./data/") for each in arguments], folder)
            healthy = server.healthcheck()
            ended = server.stop()
            self.assertEqual((healthy, ended), (0, 0), shlex.join(arguments))
            return os.listdir(os.path.join(folder, "data"))

    # In place of another image's name, nothing else of a compose file changes.
    def test_dynamodb_locals_arguments_serve(self):
        arguments = ["-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "./data"]
        self.assertIn("shared-local-instance.tailrace.db", self.serve(arguments))
        self.assertIn("shared-local-instance.tailrace.db", self.serve(["java", *arguments]))
        java = ["java", "-Djava.library.path=./DynamoDBLocal_lib"]
        self.assertIn("shared-local-instance.tailrace.db", self.serve(arguments, java))
        self.assertEqual(self.serve(["-jar", "DynamoDBLocal.jar", "-inMemory"]), [])

    def test_composes_arguments_serve(self):
        self.assertIn("tailrace.db", self.serve(compose()["services"]["tailrace"]["command"]))

    # A server that does not answer is not healthy.
    def test_healthcheck_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(["tailrace"], folder)
            self.assertEqual(server.healthcheck(), 0)
            server.stop()
            self.assertEqual(server.healthcheck(), 1)


class Compose(unittest.TestCase):
    def test_services_use_what_is_there(self):
        services = compose()["services"]
        stages = [text.split()[-1] for text in instructions("FROM")]
        for service in services.values():
            for other in service.get("depends_on", {}):
                self.assertIn(other, services)
            if "build" in service:
                self.assertTrue((ROOT / "docker" / service["build"]["context"]).samefile(ROOT))
                self.assertTrue((ROOT / service["build"]["dockerfile"]).is_file())
                self.assertIn(service["build"].get("target", stages[-1]), stages)

    # The scripts are the test's own, found under the folder that compose.yaml mounts.
    def test_seed_runs_scripts_that_are_there(self):
        seed = compose()["services"]["seed"]
        folder, mounted, _ = seed["volumes"][0].split(":")
        script = ROOT / "docker" / seed["command"][0].replace(mounted, folder, 1)
        self.assertTrue(os.access(script, os.X_OK), str(script))
        scripts = "".join(read(path) for path in tracked_files() if path.startswith("tests/cruddur/"))
        for name in seed["environment"]:
            self.assertIn(name, scripts)


if __name__ == "__main__":
    unittest.main()
