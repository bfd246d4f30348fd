"""A cache, used as clients of Momento's HTTP API use it: with curl and with a small client in Python.

Usage: cache_test.py TAILRACE [unittest arguments]
"""

import json
import os
import shutil
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.parse
import urllib.request

from connections import PATIENCE_SECONDS, TAILRACE, Server

TOKEN = "a-token-of-ours"
NOON = "2026-01-31T12:00:00Z"


class Cache:
    """A client of the HTTP API. Values are bytes; a miss is None."""

    def __init__(self, endpoint, name, token):
        self.url = f"{endpoint}/cache/{name}"
        self.token = token

    def ask(self, method, body=None, **parameters):
        request = urllib.request.Request(f"{self.url}?{urllib.parse.urlencode(parameters)}", body,
                                         {"Authorization": self.token}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def get(self, key):
        status, body = self.ask("GET", key=key)
        if (status, body) == (404, b"Key Not Found\n"):
            return None
        assert status == 200, body
        return body

    def set(self, key, value, seconds=600):
        assert self.ask("PUT", value, key=key, ttl_seconds=seconds) == (204, b"")


def endpoint_of(server):
    return f"http://127.0.0.1:{server.port}"


def move_clock(server, seconds):
    urllib.request.urlopen(urllib.request.Request(
        endpoint_of(server) + "/_tailrace/clock", json.dumps({"Seconds": seconds}).encode())).close()


class Caches(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = os.path.join(folder.name, "tables.db")

    def serve(self, *arguments):
        return Server("--db-path", self.file, "--manual-clock", NOON, "--cache", "cruddur:600",
                      "--cache-token", TOKEN, *arguments)

    def test_values_live_for_their_time_and_outlive_the_server(self):
        with self.serve() as server:
            cache = Cache(endpoint_of(server), "cruddur", TOKEN)
            self.assertIsNone(cache.get("groups/ann"))
            cache.set("groups/ann", b"\0\xff")
            cache.set("groups/bob", b"x", 5)
            self.assertEqual(cache.get("groups/ann"), b"\0\xff")
            move_clock(server, 5)
            self.assertIsNone(cache.get("groups/bob"))
        with self.serve() as server:
            cache = Cache(endpoint_of(server), "cruddur", TOKEN)
            self.assertEqual(cache.get("groups/ann"), b"\0\xff")
            move_clock(server, 600)
            self.assertIsNone(cache.get("groups/ann"))
            self.assertEqual(cache.ask("DELETE", key="groups/ann"), (204, b""))

    def test_a_malformed_request_gets_its_error(self):
        with self.serve("--cache-memory", "4", "--log-level", "debug") as server:
            endpoint = endpoint_of(server)
            cache = Cache(endpoint, "cruddur", TOKEN)
            self.assertEqual(Cache(endpoint, "cruddr", TOKEN).ask("GET", key="a"),
                             (404, b"Cache Not Found\n"))
            self.assertEqual(Cache(endpoint, "cruddur", "another").ask("GET", key="a"),
                             (401, b"The token does not match --cache-token\n"))
            self.assertEqual(cache.ask("PUT", b"x", key="a"),
                             (400, b"The parameter ttl_seconds is missing\n"))
            self.assertEqual(cache.ask("PUT", bytes(1024 * 1024 + 1), key="a", ttl_seconds=1),
                             (429, b"The value has 1048577 bytes; a value has at most 1048576.\n"))
            for number in range(6):
                cache.set(f"large{number}", bytes(1024 * 1024))
            self.assertIsNone(cache.get("large0"))
            self.assertEqual(len(cache.get("large5")), 1024 * 1024)
            self.assertNotIn(TOKEN, server.stop()[1])

    def test_no_cache_is_served_that_was_not_named(self):
        with Server() as server:
            self.assertEqual(Cache(endpoint_of(server), "cruddur", TOKEN).ask("GET", key="a"),
                             (404, b"<UnknownOperationException/>\n"))

    def test_a_token_without_a_cache_is_reported(self):
        with Server("--cache-token", TOKEN) as server:
            self.assertRegex(server.stop()[1],
                             r"^\S+ warning --cache-token has no effect without --cache\n$")

    def test_an_option_that_cannot_be_used_is_refused(self):
        def refusal(*arguments):
            return subprocess.run([TAILRACE, "--port", "0", *arguments], capture_output=True, text=True,
                                  timeout=PATIENCE_SECONDS).stderr

        self.assertEqual(refusal("--cache", "a/b"),
                         "tailrace: --cache: 'a/b' is not a cache's name: 1 to 255 letters, digits, '-', '_' "
                         "and '.' (tailrace --help lists the options)\n")
        self.assertEqual(refusal("--cache", "a,a:5"),
                         "tailrace: --cache: 'a' is named twice (tailrace --help lists the options)\n")

    @unittest.skipUnless(shutil.which("curl"), "there is no curl")
    def test_the_commands_of_momentos_page_work(self):
        with self.serve() as server:
            url = f"{endpoint_of(server)}/cache/cruddur"

            def curl(*arguments):
                return subprocess.run(["curl", "-sS", "-w", "%{http_code}", *arguments], check=True,
                                      capture_output=True, text=True, timeout=PATIENCE_SECONDS).stdout

            self.assertEqual(curl("-X", "PUT", "-d", "example value",
                                  f"{url}?key=example_key&ttl_seconds=300&token={TOKEN}"), "204")
            self.assertEqual(curl("-H", f"Authorization: {TOKEN}", f"{url}?key_base64=ZXhhbXBsZV9rZXk"),
                             "example value200")
            self.assertEqual(curl("-X", "DELETE", f"{url}?key=example_key&token={TOKEN}"), "204")
            self.assertEqual(curl(f"{url}?key=example_key&token={TOKEN}"), "Key Not Found\n404")
            head = curl("-i", "-X", "DELETE", f"{url}?key=example_key&token={TOKEN}")
            self.assertNotIn("Content-Length", head)


if __name__ == "__main__":
    unittest.main(verbosity=1)
