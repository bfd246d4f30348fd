"""Programs start DynamoDB Local and wait for it as they always do, but Tailrace has taken its place.

Usage: dynamodb_local_test.py TAILRACE [unittest arguments]

The readiness checks are the commands that Testcontainers' modules and the health checks of public compose
files run. The image's sh is bash, and so the tests use bash.
"""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import unittest

TAILRACE = sys.argv.pop(1)
PATIENCE_SECONDS = 20
BANNER = "Initializing DynamoDB Local with the following configuration"
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, "
                 "SignedHeaders=host, Signature=0")
BY_HEAD = """curl -s -o /dev/null -I -w '%{http_code}' http://localhost:PORT"""
BY_GET = """curl -s -o /dev/null -w "%{http_code}" http://localhost:PORT"""
# From five public compose files and scripts that wait for DynamoDB Local.
HEALTH_CHECKS = (
    f"""[ "$({BY_HEAD})" == "400" ]""",
    f"""if [ "$({BY_HEAD})" == "400" ]; then exit 0; else exit 1; fi""",
    f"""until [[ "$({BY_GET})" == "400" ]]; do exit 1; done""",
    """curl -s http://localhost:PORT || exit 1""",
    """[ "$(curl -s http://localhost:PORT | sed 's/.*"__type":"//; s/".*//')" == """
    """"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken" ]""",
)


class Local:
    """Tailrace started like DynamoDB Local, with these arguments, but on a free port."""

    def __init__(self, *command):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAILRACE_")}
        self.process = subprocess.Popen([*command, "-port", "0"], executable=TAILRACE, text=True,
                                        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if "listens on" in line:
                break
        self.port = int(re.search(r"http://127\.0\.0\.1:(\d+)", self.said[-1]).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def ask(self, method, path="/", body=None, headers=None):
        """Returns status, headers and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def operation(self, name, parameters):
        status, _, body = self.ask("POST", "/", json.dumps(parameters), {
            "X-Amz-Target": f"DynamoDB_20120810.{name}", "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20260131T120000Z", "Authorization": AUTHORIZATION})
        return status, json.loads(body)


def shell(command):
    """Runs a command as the image's sh does."""
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=PATIENCE_SECONDS,
                          check=False)


class Readiness(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Local("java", "-jar", "DynamoDBLocal.jar", "-sharedDb", "-inMemory")

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    # A client that waits for this line may connect at once: the port is open before the line is written.
    def test_the_banner_is_printed_first(self):
        self.assertEqual([line.partition(":")[0] for line in self.server.said[:8]], [
            BANNER, "Port", "InMemory", "Version", "DbPath", "SharedDb", "shouldDelayTransientStatuses",
            "CorsParams"])
        self.assertEqual(self.server.said[0], BANNER + ":\n")
        self.assertEqual(self.server.said[1:3], [f"Port:\t{self.server.port}\n", "InMemory:\ttrue\n"])
        self.assertEqual(self.server.said[8], "\n")
        self.assertRegex(self.server.said[9], "^Tailrace .* listens on http://127")

    def test_an_unsigned_request_is_answered_as_dynamodb_local_does(self):
        status, headers, body = self.server.ask("GET")
        self.assertEqual((status, headers["Content-Type"]), (400, "application/x-amz-json-1.0"))
        self.assertEqual(json.loads(body), {
            "__type": "com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken",
            "Message": "Request must contain either a valid (registered) AWS access key ID or X.509 "
                       "certificate."})
        # A client that does not read the body, such as @shelf/jest-dynamodb, must not hold the connection
        # open.
        self.assertEqual(headers["Connection"], "close")
        head_status, head_headers, nothing = self.server.ask("HEAD")
        self.assertEqual((head_status, head_headers["Content-Length"], nothing), (400, str(len(body)), b""))

    def test_testcontainers_for_go_finds_the_port(self):
        # Its wait strategy checks from outside, at every address of localhost, and with sh in the container.
        for _, _, _, _, address in socket.getaddrinfo("localhost", self.server.port, type=socket.SOCK_STREAM):
            socket.create_connection(address[:2], PATIENCE_SECONDS).close()
        inside = "cat /proc/net/tcp* | awk '{print $2}' | grep -i :%04x" % self.server.port
        self.assertEqual(shell(inside).returncode, 0)
        self.assertEqual(shell(f"/bin/bash -c '</dev/tcp/localhost/{self.server.port}'").returncode, 0)

    def test_testcontainers_for_dotnet_gets_a_bad_request(self):
        self.assertEqual(self.server.ask("GET", "/")[0], http.client.BAD_REQUEST)

    def test_testcontainers_for_rust_and_python_find_their_line(self):
        self.assertTrue(any(BANNER in line for line in self.server.said))

    def test_health_checks_of_compose_files_pass(self):
        for check in HEALTH_CHECKS:
            with self.subTest(check=check):
                done = shell(check.replace("PORT", str(self.server.port)))
                self.assertEqual((done.returncode, done.stderr), (0, ""))

    # Tailrace under its own name answers 200.
    def test_health_checks_fail_on_a_server_that_is_not_dynamodb_local(self):
        with Local("tailrace", "--as-dynamodb-local=false") as usual:
            for check in HEALTH_CHECKS[:3] + HEALTH_CHECKS[4:]:
                with self.subTest(check=check):
                    self.assertEqual(shell(check.replace("PORT", str(usual.port))).returncode, 1)

    def test_the_healthcheck_of_the_image_passes(self):
        command = [TAILRACE, "healthcheck", "--port", str(self.server.port)]
        self.assertEqual(subprocess.run(command, timeout=PATIENCE_SECONDS, check=False).returncode, 0)

    def test_numbers_may_be_strings(self):
        status, made = self.server.operation("CreateTable", {
            "TableName": "music", "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": "3", "WriteCapacityUnits": "4"}})
        self.assertEqual(status, 200, made)
        throughput = made["TableDescription"]["ProvisionedThroughput"]
        self.assertEqual((throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]), (3, 4))
        listed = self.server.operation("ListTables", {"Limit": "5"})
        self.assertEqual(listed, (200, {"TableNames": ["music"]}))


class Starts(unittest.TestCase):
    def test_every_way_to_start_it_takes_its_place(self):
        for command in (["/usr/bin/java", "-Djava.library.path=./lib", "-jar", "DynamoDBLocal.jar"], ["java"],
                        ["tailrace", "--as-dynamodb-local"], ["tailrace", "-sharedDb"],
                        ["tailrace", "java", "-Xrs", "-jar", "DynamoDBLocal.jar", "-inMemory"]):
            with self.subTest(command=command), Local(*command) as server:
                self.assertEqual(server.said[0], BANNER + ":\n")
                self.assertEqual(server.ask("GET")[0], 400)

    def test_cors_names_the_origins_that_browsers_let_in(self):
        command = ["java", "-jar", "DynamoDBLocal.jar", "-cors", "http://localhost:3000,http://music.test"]
        with Local(*command) as server:
            self.assertIn("CorsParams:\thttp://localhost:3000,http://music.test\n", server.said)
            preflight = {"Access-Control-Request-Method": "POST"}
            for origin, expected in (("http://localhost:3000", (200, "http://localhost:3000")),
                                     ("http://music.test", (200, "http://music.test")),
                                     ("http://localhost:3001", (403, None))):
                with self.subTest(origin=origin):
                    status, headers, _ = server.ask("OPTIONS", headers={"Origin": origin, **preflight})
                    self.assertEqual((status, headers["Access-Control-Allow-Origin"]), expected)
            self.assertEqual(server.operation("ListTables", {}), (200, {"TableNames": []}))

    def test_java_says_its_version(self):
        said = subprocess.run(["java", "-version"], executable=TAILRACE, capture_output=True, text=True,
                              timeout=PATIENCE_SECONDS, check=False)
        self.assertEqual((said.returncode, said.stdout[:9]), (0, "tailrace "))


if __name__ == "__main__":
    unittest.main()
