"""docker_test.py EXECUTABLE: checks docker/ against the tree and the executable, as far as that is possible
without Docker.

The image's steps must name existing files and presets, its packages must be what the executable is linked
with, and the command lines of compose.yaml and of DynamoDB Local's image must start a server.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request

from tracked_files import ROOT, tracked_files

sys.path.insert(0, str(ROOT / "tests/packages"))

from dockerfile import read_dockerfile
from image_builder import Context

EXECUTABLE = sys.argv.pop() if len(sys.argv) > 1 else ""

# The shared libraries that every image has.
IN_EVERY_IMAGE = re.compile(r"^(lib[cm]\.so\.6|ld-linux.*)$")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


STAGES = read_dockerfile(read("docker/Dockerfile"))
CONTEXT = Context(ROOT, tracked_files())
# The stage that is built by default.
IMAGE = STAGES[list(STAGES)[-1]]
SYSTEM = STAGES[IMAGE.base]


def instructions(name):
    """The texts of all instructions with this name."""
    return [text for stage in STAGES.values() for text in stage.texts(name)]


def runtime_packages():
    return re.search(r"^runtime=\((.*)\)$", read("docker/deps.sh"), re.MULTILINE).group(1).split()


def yaml_of(text):
    try:
        import yaml
    except ImportError:
        raise unittest.SkipTest("python3-yaml is not installed")
    return yaml.safe_load(text)


def compose():
    return yaml_of(read("docker/compose.yaml"))


class Server:
    """The executable started as in the image, but on the loopback address, with a free port and folder.

    The first argument is the name by which it is started.
    """

    def __init__(self, arguments, folder):
        environment = {"PATH": os.environ["PATH"], "TAILRACE_HOST": "127.0.0.1", "TAILRACE_PORT": "0"}
        self.process = subprocess.Popen(arguments, executable=EXECUTABLE, cwd=folder, env=environment,
                                        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            address = re.search(r"listens on http://127\.0\.0\.1:(\d+)", line)
            if address:
                self.port = address.group(1)
                return
        self.process.wait()
        raise AssertionError(f"{shlex.join(arguments)} ended before it was ready: {''.join(self.said)}")

    def healthcheck(self):
        command = json.loads(SYSTEM.texts("HEALTHCHECK")[0].split("CMD", 1)[1])
        asked = {"TAILRACE_PORT": self.port, **dict(each.split("=") for each in SYSTEM.texts("ENV"))}
        return subprocess.run([EXECUTABLE, *command[1:]], env=asked, timeout=30).returncode

    def stop(self):
        """Stops the server as `docker stop` does."""
        self.process.send_signal(signal.SIGTERM)
        self.process.stdout.read()
        self.process.stdout.close()
        return self.process.wait(30)


class Image(unittest.TestCase):
    # A step that copies or runs a missing file would fail only when somebody builds the image.
    def test_steps_use_what_is_there(self):
        for each in [each for stage in STAGES.values() for each in stage.instructions]:
            sources = each.text.split()[:-1] if each.name == "COPY" and "from" not in each.options else []
            for source in sources:
                self.assertTrue((ROOT / source).exists(), each)
                self.assertTrue(source == "." or CONTEXT.holds(source), f"{each}: ignored")
        sets = re.findall(r"deps\.sh (\w+)", "\n".join(instructions("RUN")))
        self.assertEqual(sets, ["build", "client", "runtime", "functions"])
        self.assertTrue(os.access(ROOT / "docker/deps.sh", os.X_OK))
        presets = [preset["name"] for preset in json.loads(read("CMakePresets.json"))["configurePresets"]]
        for preset in re.findall(r"--preset (\S+)", "\n".join(instructions("RUN"))):
            self.assertIn(preset, presets)

    # The build context has every file that the build reads, but no tests and no pages.
    def test_context_holds_the_sources(self):
        for path in tracked_files():
            if path.split("/")[0] in ("engine", "server", "stream", "CMakeLists.txt", "CMakePresets.json"):
                self.assertEqual(CONTEXT.holds(path), not path.endswith(".md"), path)
        self.assertFalse(CONTEXT.holds("tests/run"))
        self.assertFalse(CONTEXT.holds("build/release/build.ninja"))

    def test_runs_as_nobody_special_and_keeps_its_data(self):
        self.assertEqual(IMAGE.texts("USER"), ["tailrace"])
        self.assertEqual(SYSTEM.texts("VOLUME"), ["/data"])
        self.assertEqual(SYSTEM.texts("EXPOSE"), ["8000"])
        self.assertEqual(SYSTEM.texts("ENV"), ["TAILRACE_HOST=*"])
        self.assertRegex("\n".join(SYSTEM.texts("RUN")), r"install -d -o tailrace .*/data\b")

    # The image needs no package with a library.
    def test_executable_is_linked_with_the_c_library_alone(self):
        dynamic = subprocess.run(["readelf", "-d", EXECUTABLE], check=True, capture_output=True, text=True)
        needed = re.findall(r"NEEDED.*\[(.+)\]", dynamic.stdout)
        if "libstdc++.so.6" in needed:
            self.skipTest("not a release build, so it is in no image")
        for name in needed:
            self.assertRegex(name, IN_EVERY_IMAGE)

    # A command that starts DynamoDB Local's java finds one, and scripts inside the container find bash and
    # curl.
    def test_programs_of_dynamodb_locals_image_are_there(self):
        self.assertRegex("\n".join(SYSTEM.texts("RUN")),
                         "ln -s tailrace /usr/local/bin/java && ln -sf bash /bin/sh$")
        self.assertIn("curl", runtime_packages())


def serve(test, arguments, entry_point=None):
    """Runs a healthy server with these arguments, stops it, and returns what it left in its data folder."""
    arguments = [*(entry_point or json.loads(SYSTEM.texts("ENTRYPOINT")[0])), *arguments]
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "data"))
        server = Server([re.sub("(^|=)/data/", r"\1./data/", each) for each in arguments], folder)
        healthy = server.healthcheck()
        ended = server.stop()
        test.assertEqual((healthy, ended), (0, 0), shlex.join(arguments))
        return os.listdir(os.path.join(folder, "data"))


def on_the_host(service, text):
    """Returns a text of a service in compose.yaml with the mounted paths replaced by those on the host."""
    for volume in service["volumes"]:
        source, target, *_ = volume.split(":")
        if source.startswith(".."):
            text = re.sub(re.escape(target) + "(?=/|$)", str((ROOT / "docker" / source).resolve()), text)
    return text


class CommandLines(unittest.TestCase):
    # After the image's name is replaced, nothing else in a compose file has to change.
    def test_dynamodb_locals_arguments_serve(self):
        arguments = ["-jar", "DynamoDBLocal.jar", "-sharedDb", "-dbPath", "./data"]
        self.assertIn("shared-local-instance.tailrace.db", serve(self, arguments))
        self.assertIn("shared-local-instance.tailrace.db", serve(self, ["java", *arguments]))
        java = ["java", "-Djava.library.path=./DynamoDBLocal_lib"]
        self.assertIn("shared-local-instance.tailrace.db", serve(self, arguments, java))
        self.assertEqual(serve(self, ["-jar", "DynamoDBLocal.jar", "-inMemory"]), [])

    def test_composes_arguments_serve(self):
        tailrace = compose()["services"]["tailrace"]
        arguments = [on_the_host(tailrace, argument) for argument in tailrace["command"]]
        self.assertIn("tailrace.db", serve(self, arguments))

    # A server that does not answer is not healthy.
    def test_healthcheck_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server(["tailrace"], folder)
            self.assertEqual(server.healthcheck(), 0)
            server.stop()
            self.assertEqual(server.healthcheck(), 1)


class Packing(unittest.TestCase):
    """docker/package image, with a fake docker that records its calls."""

    def pack(self, folder, *known):
        """Returns the result and docker's calls; `known` are the commands that docker has."""
        for each in ("bash", "dirname", "sed", "mkdir"):
            os.symlink(shutil.which(each), os.path.join(folder, each))
        calls = os.path.join(folder, "calls")
        if known:
            docker = os.path.join(folder, "docker")
            with open(docker, "w", encoding="utf-8") as file:
                file.write(f'#!{shutil.which("sh")}\necho "$@" >>{calls}\n'
                           f'case $1 in {"|".join(known)}) exit 0 ;; *) exit 1 ;; esac\n')
            os.chmod(docker, 0o755)
        done = subprocess.run(
            [ROOT / "docker/package", "image"], capture_output=True, text=True, check=False,
            env={"PATH": folder, "TAILRACE_PACKAGES": folder})
        if not known:
            return done, []
        with open(calls, encoding="utf-8") as file:
            return done, file.read().splitlines()

    def test_needs_docker(self):
        with tempfile.TemporaryDirectory() as folder:
            done, _ = self.pack(folder)
        self.assertEqual((done.returncode, done.stderr), (
            1, "docker/package image: docker is needed to build images and is not installed\n"))

    def test_needs_an_engine(self):
        with tempfile.TemporaryDirectory() as folder:
            done, calls = self.pack(folder, "nothing")
        self.assertEqual((done.returncode, done.stderr, calls), (
            1, "docker/package image: docker cannot reach an engine; docker info says why\n", ["info"]))

    def test_buildx_makes_archives_for_both_platforms(self):
        version = subprocess.run([ROOT / "docker/packages/version"], check=True, capture_output=True,
                                 text=True).stdout.strip()
        with tempfile.TemporaryDirectory() as folder:
            done, calls = self.pack(folder, "info", "buildx")
            archives = {tag: f"{folder}/image/tailrace-{version}-{tag}.oci.tar"
                        for tag in ("latest", "static", "functions")}
        self.assertEqual(done.stdout.splitlines(), list(archives.values()), done.stderr)
        self.assertEqual(calls[3:], [
            "buildx build --builder tailrace --platform linux/amd64,linux/arm64 "
            f"--output type=oci,dest={archive} --file {ROOT}/docker/Dockerfile "
            f"--target {'tailrace' if tag == 'latest' else tag} --build-arg VERSION={version} "
            f"--tag tailrace:{tag} {ROOT}" for tag, archive in archives.items()])

    def test_docker_alone_builds_for_this_machine(self):
        with tempfile.TemporaryDirectory() as folder:
            done, calls = self.pack(folder, "info", "build")
        self.assertEqual(done.stdout.split(), ["tailrace:latest", "tailrace:static", "tailrace:functions"],
                         done.stderr)
        targets = [re.search(r"^build .*--target (\w+)", call).group(1) for call in calls[2:]]
        self.assertEqual(targets, ["tailrace", "static", "functions"])
        self.assertEqual([target for target in targets if target not in STAGES], [])


class Document(unittest.TestCase):
    """The examples in docker/README.md."""

    def blocks(self, language):
        return re.findall(rf"^```{language}\n(.*?)^```", read("docker/README.md"), re.MULTILINE | re.DOTALL)

    def test_commands_name_stages_and_images_that_are_there(self):
        commands = "\n".join(self.blocks("sh"))
        self.assertEqual(re.findall(r"--target (\w+) -t tailrace:(\w+)", commands),
                         [("static", "static"), ("functions", "functions")])
        for target in re.findall(r"--target (\w+)", commands):
            self.assertIn(target, STAGES)

    def test_compose_waits_for_a_server_with_its_options(self):
        compose_file, workflow = [yaml_of(each) for each in self.blocks("yaml")]
        services = compose_file["services"]
        self.assertEqual(services["dynamodb"]["image"], "tailrace")
        self.assertIn("tailrace.db", serve(self, services["dynamodb"]["command"]))
        self.assertEqual(services["app"]["depends_on"], {"dynamodb": {"condition": "service_healthy"}})
        for volume in services["dynamodb"]["volumes"]:
            name, folder = volume.split(":")
            self.assertIn(name, compose_file["volumes"])
            self.assertIn(folder, SYSTEM.texts("VOLUME"))
        self.assertEqual(workflow["jobs"]["test"]["services"]["dynamodb"]["ports"], ["8000:8000"])


class ForOthers(unittest.TestCase):
    """docker/testcontainers.md and docker/gitlab-ci.yml."""

    def status(self, server, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=30) as response:
                return response.status
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    def test_an_image_is_ready_when_the_page_says_so(self):
        facts = dict(re.findall(r"^\| ([\w ,]+) \| (.*) \|$", read("docker/testcontainers.md"), re.MULTILINE))
        wanted = re.findall(r"`GET (\S+)` answers (\d+)", facts["ready when"])
        self.assertEqual(len(wanted), 2)
        banner = re.search("`(Initializing .*?)`", facts["ready when"]).group(1)
        for stage in ("static", "system"):
            with tempfile.TemporaryDirectory() as folder:
                server = Server(json.loads(STAGES[stage].texts("ENTRYPOINT")[0]), folder)
                answers = [(path, str(self.status(server, path))) for path, _ in wanted]
                server.stop()
            self.assertEqual(answers, wanted)
            self.assertEqual(server.said[0].rstrip("\n"), banner)

    def test_the_service_of_a_gitlab_job_starts(self):
        job = yaml_of(read("docker/gitlab-ci.yml"))["test"]
        service, = job["services"]
        self.assertEqual(service["name"], "REGISTRY/tailrace:static")
        entry_point = json.loads(STAGES["static"].texts("ENTRYPOINT")[0])
        self.assertEqual(serve(self, service["command"], entry_point), [])
        self.assertEqual(job["variables"]["AWS_ENDPOINT_URL_DYNAMODB"], f"http://{service['alias']}:8000")


class Compose(unittest.TestCase):
    def test_services_use_what_is_there(self):
        services = compose()["services"]
        for service in services.values():
            for other in service.get("depends_on", {}):
                self.assertIn(other, services)
            if "build" in service:
                self.assertTrue((ROOT / "docker" / service["build"]["context"]).samefile(ROOT))
                self.assertTrue((ROOT / service["build"]["dockerfile"]).is_file())
                self.assertIn(service["build"].get("target", IMAGE.name), STAGES)

    # The scripts are the tests' own, in the folder that compose.yaml mounts.
    def test_the_evening_runs_scripts_that_are_there(self):
        evening = compose()["services"]["evening"]
        scripts = re.findall(r"/cruddur/\S+", " ".join(evening["command"]))
        self.assertEqual(scripts, ["/cruddur/bin/evening", "/cruddur/bin/ddb/setup"])
        named = re.findall(r"/cruddur/\S+", "\n".join(
            line for line in read("docker/compose.yaml").splitlines() if line.startswith("# docker compose")))
        self.assertEqual(len(named), 1)
        for each in scripts + named:
            self.assertTrue(os.access(on_the_host(evening, each), os.X_OK), each)
        texts = "".join(read(path) for path in tracked_files() if path.startswith("tests/cruddur/"))
        for name in evening["environment"]:
            self.assertIn(name, texts)

    # The script of the service `evening` refuses a server without these options. The service's users are in
    # the pool with the id AWS_COGNITO_USER_POOL_ID.
    def test_the_server_has_what_the_evening_needs(self):
        services = compose()["services"]
        options = dict(each.lstrip("-").split("=", 1) for each in services["tailrace"]["command"])
        self.assertEqual(options["on-stream"], "cruddur-messages=message-groups")
        self.assertEqual(options["cache"], "cruddur:600")
        self.assertIn("manual-clock", options)
        with open(on_the_host(services["tailrace"], options["users"]), encoding="utf-8") as file:
            pools = [pool["Id"] for pool in json.load(file)["UserPools"]]
        self.assertEqual(pools, [services["evening"]["environment"]["AWS_COGNITO_USER_POOL_ID"]])


if __name__ == "__main__":
    unittest.main()
