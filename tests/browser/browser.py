"""A headless Chromium, and a web server for the pages it opens."""

import http.client
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

CHROMIUM = shutil.which("chromium")
PATIENCE_SECONDS = 90
SKIPPED = 77
PAGE = b"<!doctype html><title>page</title><body><script type=module src=/page.js></script>"
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage",
           "--no-first-run", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--disable-extensions", "--no-proxy-server",
           "--host-resolver-rules=MAP music.test 127.0.0.1"]


class PageServer:
    """Serves one page with a script on a free port, and receives what the page reports.

    It forwards all other requests, unchanged, to another server. To the browser that server is then the
    page's own server, as if the page's host name had been made to point to it.
    """

    def __init__(self, script, server_port):
        self.seen = queue.Queue()
        shared = {"script": script, "server_port": server_port, "seen": self.seen}
        handler = type("Handler", (_Handler,), shared)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script = seen = server_port = None

    def log_message(self, *_):
        """Says nothing; only the page's report matters."""

    def _answer(self, status, content_type, content):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _pass_on(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.server_port, timeout=PATIENCE_SECONDS)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self._answer(answer.status, answer.headers.get("Content-Type", "text/plain"), content)

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        if path == "/page":
            self._answer(200, "text/html", PAGE)
        elif path == "/page.js":
            self._answer(200, "text/javascript", self.script)
        elif path == "/favicon.ico":
            self._answer(404, "text/plain", b"")
        elif path == "/seen":
            self._answer(200, "text/plain", b"")
            self.seen.put(json.loads(body))
        else:
            self._pass_on(body)

    do_POST = do_PUT = do_DELETE = do_OPTIONS = do_GET


def seen_by_page(pages, url):
    """Opens the page in a browser of its own and returns its report."""
    with tempfile.TemporaryDirectory(prefix="tailrace-browser-", ignore_cleanup_errors=True) as folder:
        with open(f"{folder}/log", "wb") as log:
            browser = subprocess.Popen([CHROMIUM, *OPTIONS, f"--user-data-dir={folder}/profile", url],
                                       stdout=log, stderr=log, start_new_session=True)
        try:
            return pages.seen.get(timeout=PATIENCE_SECONDS)
        except queue.Empty:
            with open(f"{folder}/log", encoding="utf-8", errors="replace") as log:
                raise AssertionError(f"the page said nothing; the browser: {log.read()[-4000:]}") from None
        finally:
            browser.send_signal(signal.SIGTERM)
            try:
                browser.wait(timeout=PATIENCE_SECONDS)
            finally:
                if browser.poll() is None:
                    browser.kill()


def run_tests(case, needs_packages=False):
    """Runs the tests of the program, and returns its exit code. The arguments become `executable` and
    `packages` of the case."""
    if len(sys.argv) < 3 or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES [TEST]...")
    case.executable = sys.argv.pop(1)
    case.packages = Path(sys.argv.pop(1)).resolve()
    if CHROMIUM is None:
        print("skipped: there is no Chromium; docker/deps.sh test installs Debian's")
        return SKIPPED
    if needs_packages and not (case.packages / "node_modules" / ".tailrace-installed").exists():
        print("skipped: the packages of tests/clients/package-lock.json are not installed")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="tailrace-home-") as home:
        os.environ["HOME"] = home
        unittest.main(module="__main__", verbosity=2)
    return 0
