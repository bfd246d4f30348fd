"""What web pages can do to a server on the same machine, tried in a real browser.

    pages_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium. The page with AWS's SDK is skipped if its packages are not
installed.
"""

import json
import subprocess
import sys
import unittest
import urllib.request
from pathlib import Path
from urllib.parse import quote

import browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import Tailrace

HERE = Path(__file__).resolve().parent
OPTIONS = ["--manual-clock", "2026-01-31T12:00:00Z", "--function", "groups=message-groups"]
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, "
                 "SignedHeaders=host, Signature=0")
NOT_FETCHED = "TypeError"
# A request without a preflight is sent, but the page cannot see its answer.
ATTEMPTS_FROM_ELSEWHERE = {
    "create a mapping blindly": "opaque", "invoke blindly": "opaque", "move the clock blindly": "opaque",
    "drain blindly": "opaque", "pause blindly": "opaque", "sweep blindly": "opaque",
    "move the clock by a form": "nothing", "create a mapping by a form": "nothing",
    "an image": "refused", "a script": "refused", "read": NOT_FETCHED, "read mappings": NOT_FETCHED,
    "move the clock": NOT_FETCHED, "create a mapping": NOT_FETCHED, "put": NOT_FETCHED, "delete": NOT_FETCHED,
    "write a table blindly": "opaque",
}


class PagesTest(unittest.TestCase):
    executable = packages = None
    maxDiff = None

    def serve(self, *options):
        server = Tailrace(self.executable, options=[*OPTIONS, *options])
        self.addCleanup(server.stop)
        return server

    def ask(self, server, path, body=None, operation=None):
        headers = {}
        if operation:
            headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260131T120000Z",
                       "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Authorization": AUTHORIZATION}
        request = urllib.request.Request(server.endpoint + path, body, headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def with_mapping(self, server):
        """Creates a table with a stream and a function on it. Returns the stream's ARN and the mapping's id.

        The mapping is idle then: one record has been written and drained.
        """
        table = {"TableName": "music", "BillingMode": "PAY_PER_REQUEST",
                 "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
                 "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
                 "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
        created = self.ask(server, "/", json.dumps(table).encode(), "CreateTable")
        stream = created["TableDescription"]["LatestStreamArn"]
        mapping = {"FunctionName": "groups", "EventSourceArn": stream,
                   "StartingPosition": "TRIM_HORIZON"}
        made = self.ask(server, "/2015-03-31/event-source-mappings", json.dumps(mapping).encode())
        item = {"TableName": "music", "Item": {"artist": {"S": "Nils"}}}
        self.ask(server, "/", json.dumps(item).encode(), "PutItem")
        self.ask(server, "/_tailrace/streams/drain", b"")
        return stream, made["UUID"]

    def state(self, server):
        paths = ("/_tailrace/clock", "/_tailrace/mappings", "/2015-03-31/event-source-mappings")
        return [self.ask(server, path) for path in paths]

    def hostile(self, server, host, address=None):
        """Opens the hostile page under a host name and returns its report; `address` is the server's, as the
        page sees it."""
        stream, mapping = self.with_mapping(server)
        before = self.state(server)
        script = (HERE / "hostile_page.js").read_bytes()
        with browser.PageServer(script, port_of(server)) as pages:
            place = address or f"http://{host}:{pages.port}"
            query = f"server={quote(place)}&mapping={mapping}&stream={quote(stream)}"
            seen = browser.seen_by_page(pages, f"http://{host}:{pages.port}/page?{query}")
        self.assertEqual(self.state(server), before)
        return seen

    def test_a_page_on_another_port_changes_and_reads_nothing(self):
        for host in ("127.0.0.1", "localhost"):
            with self.subTest(host=host):
                server = self.serve("--no-cors")
                seen = self.hostile(server, host, server.endpoint)
                self.assertEqual(seen, {**ATTEMPTS_FROM_ELSEWHERE, "list tables": NOT_FETCHED})

    def test_tables_are_open_to_pages_until_they_are_closed(self):
        server = self.serve()
        seen = self.hostile(server, "localhost", server.endpoint)
        self.assertEqual(seen, {**ATTEMPTS_FROM_ELSEWHERE, "list tables": '200 {"TableNames":["music"]}'})

    def test_a_page_whose_host_name_resolves_here_changes_and_reads_nothing(self):
        seen = self.hostile(self.serve(), "music.test")
        refused = "403 " + json.dumps({"message": (
            "Requests to the host 'music.test' are refused, because anybody's page could make that name "
            "resolve to this server. Allow them with --allow-host music.test.")}, separators=(",", ":"))
        for attempt in ("read", "read mappings", "move the clock", "create a mapping", "put", "delete",
                        "list tables", "move the clock blindly", "write a table blindly"):
            self.assertEqual(seen[attempt], refused, attempt)

    def test_a_page_of_the_servers_own_is_let_in(self):
        server = self.serve()
        script = b"""const moved = await fetch("/_tailrace/clock", {method: "POST", body: '{"Seconds":60}',
            headers: {"Content-Type": "application/json"}});
            await fetch("/seen", {method: "POST", body: JSON.stringify((await moved.json()).Now)});"""
        with browser.PageServer(script, port_of(server)) as pages:
            seen = browser.seen_by_page(pages, f"http://localhost:{pages.port}/page")
        self.assertEqual(seen, "2026-01-31T12:01:00.000Z")

    def test_a_page_of_a_named_origin_is_let_in(self):
        script = b"""const server = new URLSearchParams(location.search).get("server");
            const moved = await fetch(server + "/_tailrace/clock", {method: "POST", body: '{"Seconds":60}',
                headers: {"Content-Type": "application/json"}});
            await fetch("/seen", {method: "POST", body: JSON.stringify((await moved.json()).Now)});"""
        with browser.PageServer(script, 0) as pages:
            own = f"http://localhost:{pages.port}"
            server = self.serve("--allow-origin", own)
            seen = browser.seen_by_page(pages, f"{own}/page?server={quote(server.endpoint)}")
        self.assertEqual(seen, "2026-01-31T12:01:00.000Z")

    def sdk_page(self, server):
        with browser.PageServer(bundled(self.packages), port_of(server)) as pages:
            url = f"http://localhost:{pages.port}/page?server={quote(server.endpoint)}"
            return browser.seen_by_page(pages, url)

    def test_a_page_with_the_sdk_writes_and_reads(self):
        self.assertEqual(self.sdk_page(self.serve()), {
            "item": {"artist": {"S": "Nils"}, "song": {"S": "Says"}}, "missing": "ResourceNotFoundException"})
        # If the page may not read an answer, the browser says nothing else about it.
        self.assertEqual(self.sdk_page(self.serve("--no-cors")), {"error": NOT_FETCHED})


def port_of(server):
    return int(server.endpoint.rpartition(":")[2])


def bundled(packages):
    """friendly_page.js and the SDK as one script. Skips the test if the packages are not installed."""
    if not (packages / "node_modules" / ".tailrace-installed").exists():
        raise unittest.SkipTest("the packages of tests/clients/package-lock.json are not installed")
    command = [packages / "node_modules" / ".bin" / "esbuild", "--bundle", "--format=esm", "--target=es2022",
               "--platform=browser", "--log-level=warning", "--sourcefile=friendly_page.js"]
    with open(HERE / "friendly_page.js", "rb") as source:
        return subprocess.run(command, stdin=source, stdout=subprocess.PIPE, cwd=packages, check=True).stdout


if __name__ == "__main__":
    sys.exit(browser.run_tests(PagesTest))
