"""Access control and hostile text: the server as a program, called over sockets.

Usage: access_test.py TAILRACE [unittest arguments]
"""

import http.client
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from connections import NO_TABLES, PATIENCE_SECONDS, TAILRACE, Server, create_table, request

TOKEN = "s3cret-of-the-door"
SIGNED_WITH_TOKEN = (f"Authorization: AWS4-HMAC-SHA256 Credential={TOKEN}/20260131/us-east-1/lambda"
                     "/aws4_request, SignedHeaders=host, Signature=0123")
MAPPINGS = "/2015-03-31/event-source-mappings"
ARN_OF_MAPPING = "arn:aws:lambda:us-east-1:000000000000:event-source-mapping:"
REACHED = "listens on 0.0.0.0, which other machines can reach: anyone there can read and change all tables"


def ask(server, method, target, *lines, body=b""):
    """Sends one request on a connection of its own. Returns status, headers and body."""
    head = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *lines, "", ""]
    with server.connect() as connection:
        connection.send("\r\n".join(head).encode("latin-1") + body)
        return connection.response(has_body=method != "HEAD")


def answer(server, method, target, *lines, body=b""):
    status, _, content = ask(server, method, target, *lines, body=body)
    return status, json.loads(content)


class AccessTest(unittest.TestCase):
    def test_no_get_changes_anything(self):
        clock = ("--manual-clock", "2026-01-31T12:00:00Z")
        with Server("--on-stream", "music=message-groups", *clock) as server:
            with server.connect() as connection:
                create_table(connection, "music")
            # The table has no stream, so waiting cannot help: the drain ends as soon as the mapping has found
            # this out.
            self.assertEqual(ask(server, "POST", "/_tailrace/streams/drain")[0], 504)
            (mapping,) = answer(server, "GET", "/_tailrace/mappings")[1]["Mappings"]
            listed = answer(server, "GET", "/_tailrace")[1]["endpoints"]
            targets = [each["path"].replace("{id}", mapping["Id"]) for each in listed]
            targets += [MAPPINGS, f"{MAPPINGS}/{mapping['Id']}", "/2015-03-31/functions",
                        "/2015-03-31/functions/message-groups/invocations", "/2016-08-19/account-settings/",
                        "/2017-03-31/tags/" + ARN_OF_MAPPING + mapping["Id"]]
            # 400 is for the body. 403 is Lambda's answer for a path and method that are not an operation.
            answered = (200, 400, 403, 404, 405)

            def state():
                described = ask(server, "POST", "/", *request("DescribeTable").decode().split("\r\n")[2:7],
                                body=b'{"TableName":"music"}')[2]
                shown = [answer(server, "GET", path)
                         for path in ("/_tailrace/mappings", "/_tailrace/clock", MAPPINGS)]
                return [*shown, described]

            before = state()
            self.assertEqual(len(before[0][1]["Mappings"]), 1)
            queries = ("", "?table=music", "?timeout_seconds=1")
            for target in targets:
                for query in queries:
                    for method in ("GET", "HEAD"):
                        with self.subTest(method=method, target=target + query):
                            body = b'{"Seconds":60}'
                            self.assertIn(ask(server, method, target + query, body=body)[0], answered)
                            self.assertEqual(state(), before)

    def test_a_page_of_another_origin_changes_nothing(self):
        with Server("--manual-clock", "2026-01-31T12:00:00Z") as server:
            clock = answer(server, "GET", "/_tailrace/clock")
            for origin in ("http://127.0.0.1:1", "null"):
                status, headers, body = ask(server, "POST", "/_tailrace/clock", f"Origin: {origin}",
                                            "Content-Type: text/plain", body=b'{"Seconds":60}')
                self.assertEqual(status, 403, body)
                self.assertNotIn("access-control-allow-origin", headers)
            self.assertEqual(answer(server, "GET", "/_tailrace/clock"), clock)

    def test_own_pages_are_let_in(self):
        with Server() as server:
            own = f"http://127.0.0.1:{server.port}"
            with server.connect() as connection:
                connection.send(("POST /_tailrace/streams/drain HTTP/1.1\r\n"
                                 f"Host: 127.0.0.1:{server.port}\r\n"
                                 f"Origin: {own}\r\nContent-Length: 0\r\n\r\n").encode())
                self.assertEqual(connection.response()[0], 200)

    def test_a_proxied_request_of_an_sdk_is_let_in(self):
        with Server() as server:
            status, _, body = ask(server, "GET", f"http://lambda.us-east-1.amazonaws.com{MAPPINGS}")
            self.assertEqual((status, body), (200, b'{"EventSourceMappings":[]}'))
            with server.connect() as connection:
                target = "http://dynamodb.us-east-1.amazonaws.com/"
                self.assertEqual(connection.ask(request("ListTables", target=target))[2], NO_TABLES)

    def test_a_client_of_http_1_0_names_no_host(self):
        with Server() as server, server.connect() as connection:
            connection.send(b"GET /_tailrace/clock HTTP/1.0\r\n\r\n")
            self.assertEqual(connection.response()[0], 200)

    def test_a_warning_says_who_reaches_the_server(self):
        openly = (REACHED + ", and can call functions, change mappings and read their records through "
                  "/_tailrace and Lambda's API; --admin-token or --no-admin closes /_tailrace and Lambda's "
                  "API, --host 127.0.0.1 closes everything\n")
        closed = REACHED + "; --host 127.0.0.1 keeps others out\n"
        for arguments, expected in ((["--host", "0.0.0.0"], openly),
                                    (["--host", "0.0.0.0", "--no-admin"], closed),
                                    (["--host", "*"], openly.replace("0.0.0.0", "*")),
                                    (["--host", "0.0.0.0", "--admin-token", TOKEN], closed),
                                    (["--host", "localhost"], ""), ([], "")):
            with self.subTest(arguments=arguments):
                with Server(*arguments) as server:
                    pass
                self.assertEqual(server.error_output.partition(" warning ")[2], expected)

    def test_the_healthcheck_needs_no_token(self):
        for arguments in (["--admin-token", TOKEN], ["--no-admin"], ["--no-cors"]):
            with self.subTest(arguments=arguments), Server(*arguments) as server:
                checked = subprocess.run([TAILRACE, "healthcheck", "--port", str(server.port)], check=False,
                                         timeout=PATIENCE_SECONDS)
                self.assertEqual(checked.returncode, 0)

    def test_a_token_comes_from_a_file_of_options(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("lines", f'admin-token = "{TOKEN}"\n'),
                               ("json", json.dumps({"admin-token": TOKEN, "allow-origin": ["http://a:1"]}))):
                path = Path(folder, name)
                path.write_text(text, encoding="utf-8")
                with self.subTest(file=name), Server("--config", str(path)) as server:
                    self.assertEqual(answer(server, "GET", MAPPINGS)[0], 401)
                    self.assertEqual(answer(server, "GET", MAPPINGS, SIGNED_WITH_TOKEN)[0], 200)
                    self.assertEqual(answer(server, "GET", MAPPINGS, f"X-Tailrace-Token: {TOKEN}")[0], 200)

    def test_functions_are_let_in_with_their_own_key(self):
        source = ("import os, urllib.request\n"
                  "def handler(event, context):\n"
                  "    url = os.environ['AWS_ENDPOINT_URL_LAMBDA'] + event['path']\n"
                  "    credential = os.environ['AWS_ACCESS_KEY_ID'] + '/20260131/r/lambda/aws4_request'\n"
                  "    signed = {'Authorization': 'AWS4-HMAC-SHA256 Credential=' + credential}\n"
                  "    asked = urllib.request.Request(url, headers=signed)\n"
                  "    return urllib.request.urlopen(asked).read().decode()\n")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "asks.py").write_text(source, encoding="utf-8")
            function = f"asks=python:{folder}/asks.py:handler"
            with Server("--admin-token", TOKEN, "--function", function) as server:
                invocation = "/2015-03-31/functions/asks/invocations"
                status, content = answer(server, "POST", invocation, SIGNED_WITH_TOKEN,
                                         body=json.dumps({"path": MAPPINGS}).encode())
                self.assertEqual((status, content), (200, '{"EventSourceMappings":[]}'))


    def test_a_page_cannot_use_the_runtime_api(self):
        source = "import os\ndef handler(event, context):\n    return os.environ['AWS_LAMBDA_RUNTIME_API']\n"
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "tells.py").write_text(source, encoding="utf-8")
            with Server("--function", f"tells=python:{folder}/tells.py:handler") as server:
                invocation = "/2015-03-31/functions/tells/invocations"
                runtime = answer(server, "POST", invocation, body=b"{}")[1]
                for name, value in (("Origin", "http://evil.test"), ("Sec-Fetch-Site", "same-site"),
                                    ("Host", "evil.test:" + runtime.partition(":")[2])):
                    for method, path in (("GET", "invocation/next"), ("POST", "init/error")):
                        with self.subTest(header=name, path=path):
                            connection = http.client.HTTPConnection(runtime, timeout=PATIENCE_SECONDS)
                            self.addCleanup(connection.close)
                            connection.request(method, "/2018-06-01/runtime/" + path, headers={name: value})
                            refused = connection.getresponse()
                            self.assertEqual(refused.status, 403)
                            self.assertEqual(json.loads(refused.read()),
                                             {"errorMessage": "Web pages may not use the Runtime API."})
                self.assertEqual(answer(server, "POST", invocation, body=b"{}"), (200, runtime))


class HostileTextTest(unittest.TestCase):
    """Text from requests gets into the log only as plain text, and credentials do not get into it at all."""

    def check_log(self, server, secrets):
        code, log = server.stop()  # Fails if the log is not UTF-8.
        self.assertEqual(code, 0)
        for text in log.split("\n"):
            self.assertFalse([c for c in text if ord(c) < 32 or 0x7F <= ord(c) <= 0x9F], text)
            for secret in secrets:
                self.assertNotIn(secret, text)
        return log

    def test_a_log_line_holds_no_control_characters(self):
        hostile = "\x80\x9b31m\xff\xc2\x9b"  # The parser rejects ASCII control characters.
        with Server("--log-level", "debug") as server:
            ask(server, "GET", f"/_tailrace/{hostile}")
            ask(server, "GET", f"{MAPPINGS}/%1B%9B%C2%9B%0A")
            ask(server, "POST", "/", f"X-Amz-Target: DynamoDB_20120810.{hostile}",
                "Content-Type: application/x-amz-json-1.0", body=hostile.encode("latin-1"))
            named = json.dumps({"TableName": "a\x9b\x7fb"}, ensure_ascii=False).encode()
            with server.connect() as connection:
                connection.ask(request("DescribeTable", named))
            log = self.check_log(server, [])
        self.assertIn("GET /_tailrace/\ufffd\ufffd31m\ufffd  404", log)
        self.assertIn("DescribeTable a  b 400", log)

    def test_a_functions_output_is_text(self):
        source = ("import sys\n"
                  "def handler(event, context):\n"
                  "    sys.stdout.buffer.write(b'one\\x1b[2J\\x9b\\xc2\\x9b two\\n')\n"
                  "    sys.stdout.flush()\n"
                  "    print('Bearer ' + event['token'], 'X-Amz-Security-Token=' + event['token'])\n")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "prints.py").write_text(source, encoding="utf-8")
            with Server("--function", f"prints=python:{folder}/prints.py:handler") as server:
                ask(server, "POST", "/2015-03-31/functions/prints/invocations", body=b'{"token":"from-afar"}')
                log = self.check_log(server, ["from-afar"])
        self.assertIn("prints: one [2J\ufffd  two\n", log)
        self.assertIn("prints: Bearer *** X-Amz-Security-Token=***\n", log)

    def test_credentials_are_not_logged(self):
        secrets = ["SECRETKEYID", "5ec4e7519", "FwoGZXIvYXdzE", TOKEN, "b4s1c"]
        presigned = ("/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=SECRETKEYID%2F20260131"
                     "&X-Amz-Signature=5ec4e7519&X-Amz-Security-Token=FwoGZXIvYXdzE")
        json_type = ("Content-Type: application/x-amz-json-1.0", "X-Amz-Target: DynamoDB_20120810.ListTables")
        token_header = "X-Amz-Security-Token: FwoGZXIvYXdzE"
        with Server("--log-level", "debug", "--admin-token", TOKEN) as server:
            ask(server, "POST", presigned, *json_type, body=b"{}")
            ask(server, "GET", "/_tailrace" + presigned, token_header)
            # AWS repeats an incomplete header in its error, so the body contains it.
            content = ask(server, "POST", "/", *json_type, token_header,
                          "Authorization: AWS4-HMAC-SHA256 Credential=SECRETKEYID/20260131, "
                          "Signature=5ec4e7519", body=b"{}")[2]
            self.assertIn(b"SECRETKEYID", content)
            ask(server, "GET", "/_tailrace/clock", f"Authorization: Bearer {TOKEN}")
            ask(server, "GET", f"/_tailrace/{TOKEN}", f"X-Tailrace-Token: {TOKEN}")
            ask(server, "GET", MAPPINGS, "Authorization: Basic b4s1c")
            log = self.check_log(server, secrets)
        self.assertIn("Authorization=AWS4-HMAC-SHA256 Credential=***, Signature=***", log)
        self.assertIn("GET /_tailrace/*** 404", log)


if __name__ == "__main__":
    os.environ.pop("AWS_ACCESS_KEY_ID", None)
    unittest.main()
