"""readme_test.py EXECUTABLE: checks README.md and the pages beside the code against the executable.

The behaviour that they describe is tested elsewhere. This test covers what only the pages have: their tables,
examples and lists.
"""

import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path

import server_tables
from tracked_files import ROOT

sys.path.insert(0, str(ROOT / "tests"))

from pages import PROGRAM_PAGES, blocks, page, rows, section

EXECUTABLE = sys.argv.pop() if len(sys.argv) > 1 else ""
PYTHON = "/usr/bin/python3"
README = page("README.md")
# The texts of all pages about the program, as one.
PAGES = "\n".join(map(page, PROGRAM_PAGES))
SERVER = page("server/README.md")
PATIENCE_SECONDS = 60


def first_code(cell):
    return re.search(r"`([^`]+)`", cell).group(1)


def write_users(folder):
    """Writes the page's file of users, and returns its path."""
    file = folder / "users.json"
    file.write_text(blocks("json", section(SERVER, "Users beside the tables"))[0], encoding="utf-8")
    return str(file)


def write_certificate(folder):
    """Writes the certificate of the page's --tls-cert, and its key."""
    made = run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", "/CN=music.test", "-keyout", folder / "music.test-key.pem",
                "-out", folder / "music.test.pem"])
    if made.returncode != 0:
        raise AssertionError(made.stderr)


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, **options)


def write_templates(folder):
    """Writes what the README gives to --template."""
    tests = ROOT / "tests/template"
    for project in (tests / "projects/sam", tests / "samples/concerts"):
        shutil.copytree(project, folder, dirs_exist_ok=True)
    shutil.copytree(tests / "samples/cdk.out", folder / "cdk.out")
    shutil.copy(tests / "samples/library_model.json", folder / "model.json")


class Server:
    """The executable with the arguments of a line in the README, but on a free port, in a folder of its
    own."""

    def __init__(self, *arguments, folder="/"):
        environment = {**os.environ, "XDG_DATA_HOME": str(folder)}
        self.process = subprocess.Popen([EXECUTABLE, "--port", "0", *arguments], cwd=folder, text=True,
                                        stdout=subprocess.PIPE, env=environment)
        line = next((line for line in self.process.stdout if " listens on " in line), "")
        address = re.search(r"https?://\S+", line)
        if not address:
            raise AssertionError(f"{shlex.join(arguments)} ended with {self.process.wait()}: {line}")
        self.url = address.group()

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()

    def ask(self, method, path, body=None, headers=()):
        """Returns the status and the body of an answer."""
        request = urllib.request.Request(self.url + path, body, dict(headers), method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE_SECONDS) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def call(self, operation, parameters, caller="local/20260131/us-east-1"):
        streams = operation in ("ListStreams", "DescribeStream", "GetShardIterator", "GetRecords")
        return self.ask("POST", "/", json.dumps(parameters).encode(), {
            "X-Amz-Target": ("DynamoDBStreams" if streams else "DynamoDB") + "_20120810." + operation,
            "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260131T120000Z",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={caller}/dynamodb/aws4_request, "
                             "SignedHeaders=host, Signature=0"})

    def create_music(self, *caller):
        """Creates a table "music" with the key artist and a stream."""
        return self.call("CreateTable", {
            "TableName": "music", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}}, *caller)


class ReadmeCase(unittest.TestCase):
    maxDiff = None

    def serve(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.addCleanup(server.stop)
        return server

    def folder(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Path(folder.name)


class Systems(unittest.TestCase):
    def test_systems_are_those_that_packages_are_known_for(self):
        systems = section(README, "Start").split("From source, on ", 1)[1].split(":", 1)[0]
        script = page("docker/deps.sh")
        known = re.findall(r"^    '(debian|ubuntu) ([\d.]+)'\)", script, re.MULTILINE)
        self.assertEqual(re.findall(r"(Debian|Ubuntu) ([\d.]+)", systems),
                         [(name.capitalize(), version) for name, version in known])


class Packages(ReadmeCase):
    """docker/deps.sh on a machine without packages, with programs that record their calls."""

    def install(self, which, user, **environment):
        folder = self.folder()
        log = folder / "log"
        log.touch()
        programs = {"id": f"echo {user}", "dpkg-query": "true", "apt-get": f'echo "apt-get $*" >> {log}',
                    "sudo": f'echo "sudo $1" >> {log}; exec "$@"'}
        for name, text in programs.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        done = run([ROOT / "docker/deps.sh", which],
                   env={"PATH": f"{folder}:/usr/bin:/bin", **environment})
        if "does not know" in done.stderr:
            self.skipTest("packages for this system are not known")
        self.assertEqual(done.returncode, 0, done.stderr)
        return log.read_text(encoding="utf-8").splitlines()

    def test_root_installs_what_is_missing(self):
        update, install = self.install("runtime", 0)
        self.assertRegex(update, "^apt-get .* update$")
        self.assertRegex(install, "^apt-get .* install -y .* curl$")

    def test_others_install_through_sudo(self):
        lines = self.install("runtime", 1000)
        self.assertEqual([line.split()[0] for line in lines], ["sudo", "apt-get", "sudo", "apt-get"])

    def test_nothing_is_installed_where_that_is_not_wanted(self):
        self.assertEqual(self.install("all", 0, TAILRACE_NO_INSTALL="1"), [])


class Tables(ReadmeCase):
    def test_options_and_endpoints_are_what_the_program_says(self):
        listed = json.loads(self.serve().ask("GET", "/_tailrace")[1])["endpoints"]
        self.assertGreater(len(listed), 15)
        wanted = server_tables.with_tables(SERVER, server_tables.manual_of(EXECUTABLE), listed)
        changed = [line for line in difflib.unified_diff(SERVER.splitlines(), wanted.splitlines(), n=0)
                   if line.startswith(("+|", "-|"))]
        self.assertEqual(changed, [], f"{server_tables.__file__} writes the tables again")

    def test_every_endpoint_is_in_the_openapi_document(self):
        server = self.serve()
        paths = json.loads(server.ask("GET", "/_tailrace/openapi.json")[1])["paths"]
        described = {(method.upper(), path): operation for path, operations in paths.items()
                     for method, operation in operations.items()}
        listed = json.loads(server.ask("GET", "/_tailrace")[1])["endpoints"]
        self.assertEqual({(each["method"], each["path"]) for each in listed}, set(described))
        for each in listed:
            operation = described[each["method"], each["path"]]
            self.assertEqual(operation["summary"], each["purpose"])
            parameters = {place: [one["name"] for one in operation.get("parameters", [])
                                  if one["in"] == place and one["name"] != "pretty"]
                          for place in ("path", "query")}
            self.assertEqual(parameters, {"path": re.findall(r"{(\w+)}", each["path"]),
                                          "query": each.get("parameters", [])})
            body = operation.get("requestBody", {"content": {"application/json": {"schema": {}}}})
            members = body["content"].get("application/json", {}).get("schema", {}).get("properties", {})
            self.assertEqual(list(members), each.get("members", []))

    def test_most_options_can_be_given_in_the_environment(self):
        shown = run([EXECUTABLE, "--help"]).stdout
        options = rows("| option | without it | |", SERVER)
        self.assertGreater(len(options), 25)
        self.assertGreater(2 * len(re.findall(r"\(Env:TAILRACE_\w+\)", shown)), len(options))
        for variable in re.findall(r"`(TAILRACE_\w+)`", section(SERVER, "Options")):
            self.assertIn(f"(Env:{variable})", shown)

    def test_every_kind_of_handler_is_there(self):
        shown = run([EXECUTABLE, "--help"]).stdout
        for cell, _ in rows("| handler | |", page("stream/README.md")):
            self.assertIn("  " + first_code(cell), shown.replace("   ", "\n  "))


class Versions(ReadmeCase):
    def test_the_changelog_begins_with_the_version_that_is_built(self):
        changelog, project = page("CHANGELOG.md"), page("CMakeLists.txt")
        built = re.search(r"project\(tailrace VERSION (\S+)", project).group(1)
        self.assertEqual(re.search(r"^## (\d\S*?),? ", changelog, re.MULTILINE).group(1), built)

    def test_endpoints_that_were_promised_stay(self):
        listed = {(each["method"], each["path"]): each
                  for each in json.loads(self.serve().ask("GET", "/_tailrace")[1])["endpoints"]}
        for promised in json.loads(page(server_tables.PROMISED)):
            endpoint = promised["method"], promised["path"]
            self.assertIn(endpoint, listed)
            for kind in ("parameters", "members"):
                kept = set(listed[endpoint].get(kind, []))
                self.assertLessEqual(set(promised.get(kind, [])), kept, endpoint)


class Promises(ReadmeCase):
    def test_operations_are_there(self):
        server = self.serve()
        text = section(README, "What is supported, and what is not yet").split("Not yet:", 1)[0]
        verbs = "Create|Describe|List|Update|Delete|Put|Get|Batch|Transact|Execute|Tag|Untag"
        operations = re.findall(rf"\b((?:{verbs})[A-Z]\w+|Query|Scan)\b", text)
        self.assertGreater(len(operations), 30)
        for operation in operations:
            self.assertNotIn("UnknownOperation", server.call(operation, {})[1], operation)
        self.assertIn("UnknownOperation", server.call("ListTable", {})[1])

    def test_endpoints_are_listed(self):
        listed = self.serve().ask("GET", "/_tailrace")[1]
        endpoints = [(method, "/_tailrace" + path)
                     for cell, _ in rows("| endpoint under `/_tailrace` | |", page("stream/README.md"))
                     for method, path in re.findall(r"`(GET|POST) (/[\w/]+)`", cell)]
        for command in re.findall(r"curl .*localhost:8000/_tailrace.*", PAGES):
            given = re.search(r"-X (\w+)", command)
            default = "POST" if "-d " in command or "--data-binary " in command else "GET"
            method = given.group(1) if given else default
            endpoints.append((method, re.search(r"localhost:8000(/[\w/]+)", command).group(1)))
        self.assertGreater(len(endpoints), 10)
        for method, path in endpoints:
            pattern = re.sub(r"ID|(?<=namespaces/)\w+|(?<=tables/)\w+", "{.*?}", path)
            self.assertRegex(listed, rf'"{method}"[^}}]*"{pattern}"')

    def test_time_to_live_and_retention_pass_with_a_clock_that_is_moved(self):
        server = self.serve("--manual-clock", "2026-01-31T12:00:00Z")
        self.assertEqual(server.create_music()[0], 200)
        server.call("UpdateTimeToLive", {"TableName": "music", "TimeToLiveSpecification":
                                         {"Enabled": True, "AttributeName": "until"}})
        item = {"artist": {"S": "Nils"}, "until": {"N": "1769861400"}}
        self.assertEqual(server.call("PutItem", {"TableName": "music", "Item": item}), (200, "{}"))
        self.assertEqual(self.records(server), ["INSERT"])
        for seconds, left in ((599, 1), (2, 0)):
            self.assertEqual(server.ask("POST", "/_tailrace/clock", b'{"Seconds": %d}' % seconds)[0], 200)
            self.assertEqual(json.loads(server.call("Scan", {"TableName": "music"})[1])["Count"], left)
        self.assertEqual(self.records(server), ["INSERT", "REMOVE"])
        self.assertEqual(server.ask("POST", "/_tailrace/clock", b'{"Seconds": 86401}')[0], 200)
        self.assertEqual(self.records(server), [])

    def records(self, server):
        """The events of all records in the only shard of the only stream."""
        arn = json.loads(server.call("ListStreams", {})[1])["Streams"][0]["StreamArn"]
        stream = json.loads(server.call("DescribeStream", {"StreamArn": arn})[1])["StreamDescription"]
        iterator = server.call("GetShardIterator", {
            "StreamArn": arn, "ShardId": stream["Shards"][0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"})
        records = server.call("GetRecords", json.loads(iterator[1]))
        return [each["eventName"] for each in json.loads(records[1])["Records"]]

    def test_all_callers_see_the_same_tables(self):
        server = self.serve()
        status, made = server.create_music("one/20260131/ca-central-1")
        self.assertEqual(status, 200, made)
        self.assertEqual(server.call("ListTables", {}, "another/20260131/eu-west-1"),
                         (200, '{"TableNames":["music"]}'))


class Examples(ReadmeCase):
    def at(self, server, text):
        return text.replace("http://localhost:8000", server.url)

    def test_the_commands_of_the_cache_do_what_they_say(self):
        server = self.serve("--cache", "cruddur")
        commands = [command for command in re.findall(r"^curl .*", SERVER, re.MULTILINE)
                    if "/cache/" in command]
        said = [subprocess.run(self.at(server, command), shell=True, check=True, capture_output=True,
                               text=True, timeout=60).stdout for command in commands]
        self.assertEqual(said, ["", re.search("# (.*)", commands[1]).group(1), ""])

    def test_the_commands_of_the_namespaces_do_what_they_say(self):
        server = self.serve()
        commands = blocks("sh", section(SERVER, "Namespaces"))[0].splitlines()
        said = [json.loads(run(["sh", "-c", self.at(server, command)]).stdout) for command in commands]
        self.assertEqual([each.get("Name") for each in said], ["seed", *["one"] * 5, None, None])
        self.assertEqual([each["Name"] for each in said[6]["Namespaces"]], ["default", "one", "seed"])
        self.assertEqual(said[7], {"Removed": "one"})

    def test_a_settle_answers_as_the_page_says(self):
        server = self.serve("--manual-clock", "2026-01-31T12:00:00Z")
        self.assertEqual(server.create_music()[0], 200)
        commands = blocks("sh", section(SERVER, "Wait until nothing is left to do"))[0].splitlines()
        said = [json.loads(run(["sh", "-c", self.at(server, command)]).stdout) for command in commands]
        settled = {"Settled": True, "Removed": 0}
        self.assertEqual(said, [settled, settled,
                                {**settled, "AdvancedSeconds": 0, "Now": "2026-01-31T12:00:00.000Z"}])

    def test_the_requests_are_shown_as_the_page_says(self):
        server = self.serve()
        self.assertEqual(server.create_music()[0], 200)
        item = {"artist": {"S": "Nils"}}
        self.assertEqual(server.call("PutItem", {"TableName": "music", "Item": item})[0], 200)
        commands = blocks("sh", section(SERVER, "What happened"))[0].splitlines()
        said = [json.loads(run(["sh", "-c", self.at(server, command)]).stdout) for command in commands]
        shown = [[each["Operation"] for each in answer["Requests"]] for answer in said[:2]]
        self.assertEqual((shown, said[2]), ([["CreateTable", "PutItem"], ["PutItem"]], {"Removed": 2}))

    def test_the_commands_of_the_faults_do_what_they_say(self):
        server = self.serve()
        server.create_music()
        block, = blocks("sh", section(SERVER, "Scripted faults"))
        script, *others = re.findall(r"^curl (?:.|\n  )*", block, re.MULTILINE)
        item = {"TableName": "music", "Item": {"artist": {"S": "Nils"}}}

        def rules(command):
            shown = run(["sh", "-c", self.at(server, command)])
            return [(rule["Met"], rule["Applied"]) for rule in json.loads(shown.stdout)["Rules"]]

        self.assertEqual(rules(script), [(0, 0)])
        for status in (400, 400, 200):
            self.assertEqual(server.call("PutItem", item)[0], status)
        self.assertEqual([rules(command) for command in others], [[(3, 2)], []])

    def test_the_commands_of_the_throughput_do_what_they_say(self):
        server = self.serve("--manual-clock", "2026-01-31T12:00:00Z")
        server.create_music()
        block, = blocks("sh", section(SERVER, "Throughput"))
        limit, show, move, free = re.findall(r"^curl (?:.|\n  )*", block, re.MULTILINE)
        item = {"TableName": "music", "Item": {"artist": {"S": "Nils"}}}

        def answer(command):
            return json.loads(run(["sh", "-c", self.at(server, command)]).stdout)

        def statuses(requests):
            return [server.call("PutItem", item)[0] for _ in range(requests)]

        answer(limit)
        self.assertEqual(statuses(2), [200, 400])
        self.assertEqual(sum(answer(show)["Buckets"][0]["ThrottleEvents"].values()), 2)
        answer(move)
        self.assertEqual(statuses(2), [200, 400])
        self.assertEqual(answer(free), {"Tables": [], "Buckets": []})
        self.assertEqual(statuses(2), [200, 200])

    def test_the_commands_of_the_lags_do_what_they_say(self):
        server = self.serve()
        server.create_music()
        block, = blocks("sh", section(SERVER, "Reads that lag behind"))
        item = {"artist": {"S": "Nils"}}
        lags, seen = [], []
        for command in re.findall(r"^curl (?:.|\n  )*", block, re.MULTILINE):
            answer = json.loads(run(["sh", "-c", self.at(server, command)]).stdout)
            lags.append((answer["ReadLagMs"], answer["IndexLagMs"], len(answer["Tables"])))
            server.call("PutItem", {"TableName": "music", "Item": {**item, "plays": {"N": str(len(lags))}}})
            found = json.loads(server.call("GetItem", {"TableName": "music", "Key": item})[1])
            seen.append(found.get("Item", {}).get("plays", {}).get("N"))
        self.assertEqual(lags, [(500, 2000, 0), (0, 2000, 1), (0, 2000, 1), (0, 0, 0)])
        # Everything that was written before a PUT or a DELETE is seen immediately.
        self.assertEqual(seen, [None, "1", "1", "4"])

    def test_the_users_of_the_file_are_found(self):
        server = self.serve("--users", write_users(self.folder()))
        command = blocks("sh", section(SERVER, "Users beside the tables"))[0].split("\n", 1)[1]
        shown = run(["sh", "-c", self.at(server, command)],
                    env={"PATH": "/usr/bin:/bin", "AWS_ACCESS_KEY_ID": "local",
                         "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"})
        self.assertEqual(shown.stdout.strip(), re.search("# (.*)", command).group(1))

    def test_python(self):
        server = self.serve()
        program = self.at(server, blocks("python", section(README, "Use"))[0])
        shown = run([PYTHON, "-c", program], env={"PATH": "/usr/bin:/bin"})
        self.assertEqual((shown.stdout, shown.stderr), ("[]\n", ""))

    def test_javascript(self):
        packages = Path(EXECUTABLE).resolve().parents[1] / "tests/clients/node_modules"
        if not (packages / "@aws-sdk/client-dynamodb").is_dir():
            self.skipTest("the clients' tests have not installed the AWS SDK")
        folder = self.folder()
        (folder / "node_modules").symlink_to(packages)
        program = self.at(self.serve(), blocks("js", section(README, "Use"))[0])
        (folder / "tables.mjs").write_text(program, encoding="utf-8")
        shown = run(["node", "tables.mjs"], cwd=folder, env={"PATH": "/usr/bin:/bin"})
        self.assertEqual((shown.stdout, shown.returncode), ("[]\n", 0), shown.stderr)

    @unittest.skipUnless(shutil.which("aws", path="/usr/bin"), "the AWS CLI is not installed")
    def test_the_aws_cli(self):
        server = self.serve()
        commands = self.at(server, blocks("sh", section(README, "Use"))[0])
        shown = run(["/bin/sh", "-ec", commands], env={"PATH": "/usr/bin:/bin"})
        self.assertEqual((json.loads(shown.stdout), shown.stderr), ({"TableNames": []}, ""))

    def test_command_lines_serve(self):
        folder = self.folder()
        write_users(folder)
        write_certificate(folder)
        write_templates(folder)
        lines = re.findall(r"^\./server/run (--(?!version).*[^&])$", PAGES, re.MULTILINE)
        self.assertGreater(len(lines), 6)
        for line in lines:
            for function in re.findall(r"python:(\S+?\.py):handler", line):
                (folder / function).write_text("def handler(event, context): pass\n", encoding="utf-8")
            self.serve(*shlex.split(line, comments=True), folder=folder)

    def test_the_config_file_serves(self):
        folder = self.folder()
        (folder / "tailrace.json").write_text(blocks("json", SERVER)[0], encoding="utf-8")
        server = self.serve("--config", "tailrace.json", folder=folder)
        shown = server.ask("GET", "/2015-03-31/event-source-mappings/")[1]
        mapping, = json.loads(shown)["EventSourceMappings"]
        given, = json.loads(blocks("json", SERVER)[0])["EventSourceMappings"]
        for name in ("BatchSize", "FilterCriteria", "DestinationConfig"):
            self.assertEqual(mapping[name], given[name])

    def test_the_config_file_of_lines_serves(self):
        folder = self.folder()
        (folder / "tailrace.conf").write_text(blocks("ini", SERVER)[0], encoding="utf-8")
        server = self.serve("--config", "tailrace.conf", folder=folder)
        mappings = json.loads(server.ask("GET", "/_tailrace/mappings")[1])["Mappings"]
        self.assertEqual([each["TableName"] for each in mappings], ["music", "books"])

    @unittest.skipUnless(shutil.which("cmake"), "there is no cmake")
    def test_the_lines_for_cmake_configure(self):
        folder = self.folder()
        lines = blocks("cmake", page("tests/README.md"))[0].replace(
            "add_subdirectory(tailrace)", f"set(TAILRACE_TESTS OFF)\nadd_subdirectory({ROOT} tailrace)")
        (folder / "my_test.cpp").write_text("int main() {}\n", encoding="utf-8")
        (folder / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.22)\nproject(mine CXX)\nenable_testing()\n"
            f"add_executable(my_test my_test.cpp)\n{lines}", encoding="utf-8")
        made = run(["cmake", "-G", "Ninja", "-S", folder, "-B", folder / "build"])
        self.assertEqual(made.returncode, 0, made.stderr)
        tests = run(["ctest", "--test-dir", folder / "build", "--show-only"])
        self.assertIn("Total Tests: 0\n", tests.stdout)

    def test_cpp(self):
        """The calls must be those that the harness's own tests make."""
        tests = page("tests/harness/harness_test.cpp")
        sample, = blocks("cpp", page("tests/README.md"))
        calls = re.findall(r"^(?:CHECK\()?(harness\.\w+)\(", sample, re.MULTILINE)
        self.assertEqual(len(calls), 6)
        for call in calls:
            self.assertIn(call + "(", tests)


if __name__ == "__main__":
    unittest.main(verbosity=1)
