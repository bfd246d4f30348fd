#!/usr/bin/python3
"""The npm packages: made, installed by npm into an empty project, and used as their README says.

    npm_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Tests that need the AWS SDK, TypeScript, Jest or Vitest are skipped if the clients' tests have not fetched
them.
"""

import hashlib
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from npm_case import NpmCase, install
from packing import ROOT, Packages, children, readme_line, run, usage
from serving_case import END_SECONDS, HERE

SOURCES = ROOT / "docker/packages/npm/tailrace"
README = (SOURCES / "README.md").read_text(encoding="utf-8")
# start() sets the last one itself.
NOT_FOR_START = {"help", "version", "exit-with-parent"}


def examples(title):
    """Returns the JavaScript blocks of the README under a heading."""
    part = re.split(r"^#+ ", README.split(f" {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"```js\n(.*?)```", part, re.DOTALL)


def contents(package):
    with tarfile.open(package) as archive:
        return {each.name: each.mode for each in archive.getmembers()}


def about(package):
    with tarfile.open(package) as archive:
        return json.load(archive.extractfile("package/package.json"))


def setUpModule():
    NpmCase.packages = packages = Packages(NpmCase.executable)
    unittest.addModuleCleanup(packages.remove)
    NpmCase.thin, NpmCase.platform = packages.pack("npm")
    # Below the clients' packages, so that Node.js finds those too.
    folder = tempfile.TemporaryDirectory(prefix="npm-", dir=NpmCase.clients)
    unittest.addModuleCleanup(folder.cleanup)
    NpmCase.project = Path(folder.name)
    install(NpmCase.project, NpmCase.thin, NpmCase.platform)


class Packed(NpmCase):
    def test_they_hold_what_they_should(self):
        self.assertEqual(contents(self.thin), {
            "package/" + name: 0o755 if name == "bin/tailrace.js" else 0o644
            for name in ("LICENSE", "README.md", "bin/tailrace.js", "executable.js", "index.d.ts", "index.js",
                         "jest/file.js", "jest/jest-preset.js", "jest/names.js", "jest/redirect.js",
                         "jest/setup.js", "jest/teardown.js", "namespace.js", "node-test/index.d.ts",
                         "node-test/index.js", "package.json", "server.js", "testing/file.js",
                         "testing/names.js", "testing/run.js", "vitest/file.mjs", "vitest/index.d.ts",
                         "vitest/index.js", "vitest/setup.mjs")})
        self.assertEqual(contents(self.platform), {
            "package/" + name: 0o755 if name == "tailrace" else 0o644
            for name in ("LICENSE", "README.md", "THIRD-PARTY-NOTICES.md", "package.json", "tailrace")})

    def test_they_depend_on_each_other_alone_and_run_nothing_when_installed(self):
        version = run([self.executable, "--version"]).stdout.split()[1]
        thin, platform = about(self.thin), about(self.platform)
        self.assertEqual((thin["name"], thin["version"]), ("tailrace", version))
        self.assertEqual(thin["optionalDependencies"],
                         {"@tailrace/linux-x64": version, "@tailrace/linux-arm64": version})
        self.assertEqual((platform["name"], platform["version"]), ("@tailrace/linux-x64", version))
        self.assertEqual((platform["os"], platform["cpu"]), (["linux"], ["x64"]))
        for each in (thin, platform):
            self.assertFalse({"dependencies", "peerDependencies", "scripts"} & each.keys())

    def test_packing_again_gives_the_same_bytes_and_packs_arm64_when_it_is_there(self):
        again = Packages(self.executable)
        self.addCleanup(again.remove)
        arm64 = again.path / "executable/linux-arm64"
        shutil.copytree(again.path / "executable/linux-x64", arm64)
        (arm64 / "tailrace.spdx.json").write_text("{}", encoding="utf-8")
        thin, platform, other = again.pack("npm")
        for one, two in ((self.thin, thin), (self.platform, platform)):
            self.assertEqual(*(hashlib.sha256(each.read_bytes()).hexdigest() for each in (one, two)))
        self.assertEqual((about(other)["name"], about(other)["cpu"]), ("@tailrace/linux-arm64", ["arm64"]))
        self.assertIn("package/tailrace.spdx.json", contents(other))

    def test_npm_finds_nothing_missing(self):
        listed = self.run_in(self.project, "npm", "ls", "--json")
        self.assertEqual(listed.returncode, 0, listed.stdout + listed.stderr)
        found = json.loads(listed.stdout)["dependencies"].keys()
        self.assertEqual(found, {"tailrace", "@tailrace/linux-x64"})


class CommandLine(NpmCase):
    def test_clients_are_served(self):
        self.assert_executable_serves(self.project / "node_modules/.bin/tailrace")

    def test_npx_runs_the_executable(self):
        expected = run([self.executable, "--version"]).stdout
        shown = self.run_in(self.project, "npx", "tailrace", "--version")
        self.assertEqual((shown.stdout, shown.returncode), (expected, 0), shown.stderr)

    def test_exit_code_and_message_are_the_servers(self):
        shown = self.run_in(self.project, "node_modules/.bin/tailrace", "--prot", "1")
        self.assertEqual((shown.stderr, shown.stdout, shown.returncode),
                         ("tailrace: unknown option --prot; did you mean --port? "
                          "(tailrace --help lists the options)\n", "", 2))

    def test_sigterm_stops_the_server(self):
        command = subprocess.Popen([self.project / "node_modules/.bin/tailrace", "--port", "0"], text=True,
                                   env=self.packages.environment, stdout=subprocess.PIPE)
        self.addCleanup(command.stdout.close)
        self.assertIn("listens on", command.stdout.readline())
        server, = children(command.pid)
        ended = os.pidfd_open(server)
        self.addCleanup(os.close, ended)
        command.terminate()
        self.assertEqual(command.wait(END_SECONDS), 0)
        self.assertEqual(select.select([ended], [], [], 0)[0], [ended])

    # npx passes the signal only to a shell.
    def test_sigterm_to_npx_stops_the_server(self):
        command = subprocess.Popen(["npx", "tailrace", "--port", "0"], cwd=self.project, text=True,
                                   env=self.packages.environment, stdout=subprocess.PIPE)
        self.addCleanup(command.stdout.close)
        self.assertIn("listens on", command.stdout.readline())
        server = command.pid
        while started := children(server):
            server, = started
        ended = os.pidfd_open(server)
        self.addCleanup(os.close, ended)
        command.terminate()
        command.wait(END_SECONDS)
        self.assertEqual(select.select([ended], [], [], END_SECONDS)[0], [ended])

    # Both npx and the terminal send the signal, and a server that receives it twice ends at once with a
    # failure.
    def test_ctrl_c_stops_the_server(self):
        # npx starts the server through a shell, which the signal ends.
        for command, expected in ((["node_modules/.bin/tailrace"], [0]),
                                  (["npx", "tailrace"], [0, -signal.SIGINT])):
            process, terminal = pty.fork()
            if process == 0:
                os.chdir(self.project)
                os.execvpe(command[0], [*command, "--port", "0", "--log-level", "info"],
                           self.packages.environment)
            shown = b""
            try:
                while part := os.read(terminal, 4096):
                    shown += part
                    if b"(in memory)" in part:
                        os.write(terminal, b"\x03")
            except OSError:
                pass  # No process has the terminal open any more.
            os.close(terminal)
            self.assertIn(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), expected, shown.decode())
            self.assertEqual(shown.count(b"stopping"), 1, shown.decode())


class Elsewhere(NpmCase):
    def message(self, project, platform):
        program = ('const { findExecutable } = require("tailrace/executable.js");'
                   f'try {{ findExecutable("{platform}") }} catch (error) {{ console.log(error.message) }}')
        return self.run_in(project, "node", "-e", program).stdout.rstrip("\n")

    def test_other_systems_are_told_what_to_use(self):
        for platform, way in (("darwin-arm64", ""),
                              ("win32-x64", ", or in WSL, where this package works as on Linux")):
            self.assertEqual(
                self.message(self.project, platform),
                f"Tailrace runs on Linux, on x64 and arm64, and not yet on {platform}. Until it does, run it "
                f"in a container (docker run -p 127.0.0.1:8000:8000 tailrace){way}. TAILRACE_EXECUTABLE "
                "may name one that you have built yourself.")

    def test_a_missing_package_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder)
            install(project, self.thin)
            expected = (
                "Tailrace's package for this machine, @tailrace/linux-x64, is not installed. npm leaves it "
                "out with --omit=optional, where node_modules was made on another kind of machine, and where "
                "tailrace was installed from its file alone. Run npm install here, without that option, or "
                "with both files.")
            self.assertEqual(self.message(project, "linux-x64"), expected)
            shown = self.run_in(project, "node_modules/.bin/tailrace", "--version")
            self.assertEqual((shown.stderr, shown.returncode), (f"tailrace: {expected}\n", 1))
            given = self.run_in(project, "node_modules/.bin/tailrace", "--version",
                                TAILRACE_EXECUTABLE=str(self.executable))
            self.assertEqual((given.stdout[:9], given.returncode), ("tailrace ", 0), given.stderr)


class Start(NpmCase):
    def assert_tests_pass(self, program):
        shutil.copy(HERE / program, self.project)
        shown = self.run_in(self.project, "node", "--test", program)
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)

    def test_it_starts_stops_drains_and_moves_the_clock(self):
        shutil.copy(HERE / "songs.cjs", self.project)
        self.assert_tests_pass("npm_start_test.mjs")

    def test_it_has_everything_that_a_test_does_with_a_server(self):
        self.assert_tests_pass("npm_namespace_test.mjs")

    # The server ends with the program, however the program ends.
    def test_no_server_is_left_behind(self):
        for end, status in (("process.stdin.destroy()", 0), ("process.exit(3)", 3),
                            ('throw new Error("on purpose")', 1),
                            ('process.kill(process.pid, "SIGKILL")', -signal.SIGKILL)):
            with self.subTest(end):
                self.assert_leaves_no_server(
                    ["node", "-e",
                     'require("tailrace").start().then(({ endpoint }) => { console.log(endpoint); '
                     'process.stdin.once("data", () => { ' + end + " }) })"], status)

    def test_a_server_that_has_not_begun_is_not_left_behind(self):
        self.assert_leaves_no_server_that_has_not_begun(
            ["node", "-e", 'require("tailrace").start()'], self.executable)

    def test_the_command_ends_with_its_parent_when_it_is_told_to(self):
        program = subprocess.Popen(
            ["sh", "-c", "node_modules/.bin/tailrace --port 0 --exit-with-parent & echo $!; read line"],
            cwd=self.project, text=True, env=self.packages.environment, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        launcher = os.pidfd_open(int(program.stdout.readline()))
        self.addCleanup(os.close, launcher)
        self.assertRegex(program.stdout.readline(), r"^Tailrace .* listens on ")
        program.communicate("end\n", END_SECONDS)
        self.assertEqual(select.select([launcher], [], [], END_SECONDS)[0], [launcher])

    def test_drain_refuses_what_it_does_not_know(self):
        for given, named in (("{ timeout: 5 }", "timeout"), ("5", "5"), ("null", "null")):
            shown = self.run_in(self.project, "node", "-e", (
                'require("tailrace").start().then(async (server) => {'
                f"  try {{ await server.drain({given}); }} finally {{ await server.stop(); }} }})"))
            self.assertIn(f"TypeError: drain() takes {{ timeoutSeconds }}, and not {named}", shown.stderr)


class Types(NpmCase):
    def test_the_options_are_those_of_the_command_line(self):
        shown = run([self.executable, "--help"]).stdout
        known = set(re.findall(r"^  (?:-\w,)?--([\w-]+)", shown, re.MULTILINE)) - NOT_FOR_START
        declared = (SOURCES / "index.d.ts").read_text(encoding="utf-8")
        names = re.findall(r"^  (\w+)\?:", declared.split("interface Options", 1)[1].split("}", 1)[0],
                           re.MULTILINE)
        self.assertEqual({re.sub("[A-Z]", lambda letter: "-" + letter.group().lower(), each)
                          for each in names}, known)

    def test_typescript_accepts_what_is_right_and_refuses_what_is_wrong(self):
        self.needs("typescript")
        program = (HERE / "npm_types_test.ts").read_text(encoding="utf-8")
        for name, options in (("types.cts", {"module": "nodenext"}), ("types.mts", {"module": "nodenext"}),
                              ("types.ts", {"module": "esnext", "moduleResolution": "bundler"})):
            (self.project / name).write_text(program, encoding="utf-8")
            # Without the types of Node.js, because an empty project does not have them.
            settings = {"noEmit": True, "strict": True, "target": "es2022", "types": [], **options}
            (self.project / "tsconfig.json").write_text(
                json.dumps({"files": [name], "compilerOptions": settings}), encoding="utf-8")
            checked = self.run_in(self.project, "node", self.clients / "node_modules/typescript/bin/tsc")
            self.assertEqual((checked.stdout, checked.returncode), ("", 0), name)


class Readme(NpmCase):
    def folder(self):
        folder = tempfile.TemporaryDirectory(prefix="example-", dir=self.project)
        self.addCleanup(folder.cleanup)
        # A project of its own that does not say which kind of modules it has.
        (Path(folder.name) / "package.json").write_text("{}\n", encoding="utf-8")
        return Path(folder.name)

    def write(self, folder, **files):
        for name, text in files.items():
            (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")

    def test_the_first_example(self):
        self.needs("@aws-sdk/client-dynamodb")
        shown = self.run_in(self.project, "node", "-e", examples("In a test")[0])
        self.assertEqual((shown.stdout, shown.returncode), ("[]\n", 0), shown.stderr)

    def test_the_line_in_the_main_readme(self):
        with tempfile.TemporaryDirectory() as folder:
            line = readme_line("npm install", self.packages)
            done = self.run_in(folder, "bash", "-c", line, npm_config_offline="true")
            self.assertEqual(done.returncode, 0, done.stderr)
            shown = self.run_in(folder, "npx", "tailrace", "--version")
            self.assertEqual(shown.stdout, run([self.executable, "--version"]).stdout)

    # A test file that takes `test` from its runner.
    SONG = """
      test("a song is there", async () => {
        const dynamodb = new DynamoDB({});
        await dynamodb.putItem({ TableName: "music", Item: { artist: { S: "Hania" } } });
        const { Count } = await dynamodb.scan({ TableName: "music" });
        if (Count !== COUNT) throw new Error(`${Count} items`);
      });
    """

    def test_jest(self):
        self.needs("jest", "@aws-sdk/client-dynamodb")
        folder = self.folder()
        config, tables = examples("Jest")
        self.write(folder, jest_config_js=config, tables_js=tables, music_test_js=
                   'const { DynamoDB } = require("@aws-sdk/client-dynamodb");\n' +
                   self.SONG.replace("COUNT", "2"))
        (folder / "tables.js").rename(folder / "jest-dynamodb-config.js")
        shown = self.run_in(folder, "node", self.clients / "node_modules/jest/bin/jest.js",
                            "--cacheDirectory", folder / "cache", CI="true")
        self.assertEqual(shown.returncode, 0, shown.stderr)
        self.assertRegex(shown.stderr, r"Tests: +1 passed, 1 total")

    def test_vitest(self):
        self.needs("vitest", "@aws-sdk/client-dynamodb")
        folder = self.folder()
        config, = examples("Vitest")
        self.write(folder, vitest_config_mjs=config, music_test_mjs=
                   'import { DynamoDB } from "@aws-sdk/client-dynamodb";\nimport { test } from "vitest";\n' +
                   self.SONG.replace("COUNT", "1"))
        shown = self.run_in(folder, "node", self.clients / "node_modules/vitest/vitest.mjs", "run", CI="true")
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        self.assertRegex(shown.stdout, r"Tests +.*1 passed")

    def test_node_test(self):
        self.needs("@aws-sdk/client-dynamodb")
        folder = self.folder()
        setup, = examples("node:test")
        self.write(folder, tailrace_mjs=setup, music_test_mjs=
                   'import { DynamoDB } from "@aws-sdk/client-dynamodb";\nimport test from "node:test";\n' +
                   self.SONG.replace("COUNT", "1"))
        command = re.search("`(node --test [^`]+)`", README).group(1)
        shown = self.run_in(folder, *command.split())
        self.assertEqual(shown.returncode, 0, shown.stdout + shown.stderr)
        self.assertRegex(shown.stdout, r"(?m)^. pass 1$")


if __name__ == "__main__":
    NpmCase.executable, NpmCase.clients = usage("TAILRACE_EXECUTABLE", "FOLDER_OF_NPM_PACKAGES")
    unittest.main(verbosity=2)
