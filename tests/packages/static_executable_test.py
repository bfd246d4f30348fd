#!/usr/bin/python3
"""The static executable, and what it does without the help of a C library: plugins and host names.

    static_executable_test.py STATIC_EXECUTABLE CONFIG

The clients' tests run against it too, and test everything else that it answers.
"""

import http.server
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from botocore.exceptions import ClientError

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import Tailrace

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 16_000_000
EXECUTABLE, CONFIG = sys.argv[1:3] if len(sys.argv) > 2 else ("", "")

# The address of these tests' name server: its own loopback address, and port 53, because no other can be
# configured.
NAME_SERVER = ("127.53.53.53", 53)
A, AAAA = 1, 28


def is_released():
    return CONFIG == "Release"


class Executable(unittest.TestCase):
    def test_no_library_is_asked_for(self):
        segments = subprocess.run(["readelf", "-lW", EXECUTABLE], check=True, capture_output=True, text=True)
        self.assertIn("LOAD", segments.stdout)
        self.assertNotRegex(segments.stdout, r"INTERP|DYNAMIC")

    @unittest.skipUnless(is_released(), "only release builds are small")
    def test_is_small(self):
        self.assertLessEqual(os.path.getsize(EXECUTABLE), MOST_BYTES)

    # The path of the build folder is private, and would make builds differ.
    @unittest.skipUnless(is_released(), "only release builds are stripped")
    def test_says_nothing_of_where_it_was_built(self):
        self.assertNotIn(str(ROOT).encode(), Path(EXECUTABLE).read_bytes())

    def test_plugins_are_refused(self):
        refused = subprocess.run([EXECUTABLE, "--port", "0", "--function", "each=plugin:/each.so"],
                                 capture_output=True, text=True, timeout=30)
        self.assertEqual((refused.returncode, refused.stdout), (1, ""))
        self.assertEqual(
            refused.stderr,
            "tailrace: 'plugin:/each.so' cannot be loaded: this is the static executable of the npm and "
            "Python packages, which cannot load plugins; use the executable of the .deb or .tar.gz package, "
            "or one built with server/run\n")


class Function(http.server.BaseHTTPRequestHandler):
    """A function behind Lambda's Invoke API that answers with the Host header."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = f'"{self.headers["Host"]}"'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class NameServer(socketserver.BaseRequestHandler):
    """Knows alias.test as an alias of function.test, and function.test as this machine, by IPv4 only."""

    asked = []

    def handle(self):
        question, reply = self.request
        name, kind = self.read_question(question)
        self.asked.append((name, kind))
        is_known = name in ("function.test", "alias.test")
        answers = b""
        if is_known and kind == A:
            # The name that owns the address record: a pointer to the name in the question or, for the alias,
            # the name that the alias stands for, in full.
            owner = b"\xc0\x0c"
            count = 1
            if name == "alias.test":
                target = b"\x08function\x04test\x00"
                size = len(target).to_bytes(2, "big")
                answers += owner + b"\x00\x05\x00\x01\x00\x00\x00\x00" + size + target
                owner, count = target, 2
            answers += owner + b"\x00\x01\x00\x01\x00\x00\x00\x00\x00\x04" + socket.inet_aton("127.0.0.1")
        else:
            count = 0
        flags = b"\x81\x80" if is_known else b"\x81\x83"
        head = question[:2] + flags + b"\x00\x01" + count.to_bytes(2, "big") + b"\x00\x00\x00\x00"
        reply.sendto(head + question[12:self.question_end(question)] + answers, self.client_address)

    @staticmethod
    def question_end(message):
        return message.index(b"\x00", 12) + 5

    def read_question(self, message):
        labels, place = [], 12
        while message[place]:
            labels.append(message[place + 1:place + 1 + message[place]].decode())
            place += 1 + message[place]
        return ".".join(labels), int.from_bytes(message[place + 1:place + 3], "big")


class Names(unittest.TestCase):
    """Host names in a root that contains nothing else but the files about them."""

    def setUp(self):
        if os.getuid() != 0:
            self.skipTest("only root can change the root of a process")
        folder = tempfile.TemporaryDirectory(prefix="tailrace-static-")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "etc").mkdir()
        shutil.copy(EXECUTABLE, self.root / "tailrace")
        self.command = self.root / "command"
        self.command.write_text(f'#!/bin/sh\nexec chroot {self.root} /tailrace "$@"\n')
        self.command.chmod(0o755)
        self.function = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Function)
        self.serve(self.function)

    def serve(self, server):
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def call(self, host):
        """Returns the answer of a function on the host, or the reason why it could not be called."""
        url = f"lambda:http://{host}:{self.function.server_port}"
        tailrace = Tailrace(self.command, options=["--function", f"each={url}"])
        self.addCleanup(tailrace.stop)
        answer = tailrace.client(service="lambda").invoke(FunctionName="each", Payload=b"{}")
        return answer["Payload"].read().decode()

    def test_localhost_is_known(self):
        self.assertEqual(self.call("localhost"), f'"localhost:{self.function.server_port}"')

    def test_hosts_file_is_read(self):
        (self.root / "etc/hosts").write_text("# 127.0.0.9 function\n\n127.0.0.1 local Function # each\n")
        self.assertEqual(self.call("function"), f'"function:{self.function.server_port}"')

    def test_name_servers_are_asked(self):
        try:
            server = socketserver.ThreadingUDPServer(NAME_SERVER, NameServer)
        except OSError as error:
            self.skipTest(f"no name server can be run here: {error}")
        self.serve(server)
        (self.root / "etc/resolv.conf").write_text(f"nameserver {NAME_SERVER[0]}\n")
        self.assertEqual(self.call("function.test"), f'"function.test:{self.function.server_port}"')
        self.assertEqual(self.call("alias.test"), f'"alias.test:{self.function.server_port}"')
        self.assertIn(("alias.test", AAAA), NameServer.asked)
        with self.assertRaises(ClientError) as unknown:
            self.call("nowhere.test")
        self.assertEqual(
            unknown.exception.response["Error"]["Message"],
            f"http://nowhere.test:{self.function.server_port}/2015-03-31/functions/function/invocations "
            "cannot be reached: Host not found (authoritative)")


if __name__ == "__main__":
    del sys.argv[1:3]
    unittest.main(verbosity=2)
