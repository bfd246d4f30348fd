"""A Tailrace run by a test, and a client that talks to it over a socket.

With TAILRACE_TEST_TLS in the environment, it does so through TLS.
"""

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

# The program under test: the first argument of each test.
TAILRACE = sys.argv.pop(1)
SPEAKS_TLS = "TAILRACE_TEST_TLS" in os.environ
SCHEME = "https" if SPEAKS_TLS else "http"
PATIENCE_SECONDS = 20
AUTHORIZATION = ("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260131/eu-west-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef")
NO_TABLES = b'{"TableNames":[]}'


class Server:
    """A Tailrace on a free port, stopped at the end of a with statement."""

    def __init__(self, *arguments):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAILRACE_")}
        self.tls_folder = None
        if SPEAKS_TLS:
            self.tls_folder = tempfile.TemporaryDirectory(prefix="tailrace-tls-")
            arguments = [*arguments, "--tls", "self-signed", "--tls-folder", self.tls_folder.name]
        self.process = subprocess.Popen([TAILRACE, "--port", "0", *arguments], env=environment,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        lines = (line.decode() for line in iter(self.process.stdout.readline, b""))
        self.ready_line = next(line for line in lines if " listens on " in line)
        self.port = int(re.search(r":(\d+) \(", self.ready_line).group(1))
        self.told_to_stop = False

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()

    def connect(self):
        return Connection(self.port, self.tls_folder and f"{self.tls_folder.name}/tailrace-ca.pem")

    def threads(self):
        return len(os.listdir(f"/proc/{self.process.pid}/task"))

    def wait_for_threads(self, count):
        while self.threads() < count:
            os.sched_yield()

    def tell_to_stop(self):
        if not self.told_to_stop:
            self.told_to_stop = True
            self.process.send_signal(signal.SIGTERM)

    def stop(self):
        """Waits until the server has stopped. Returns its exit code and what it wrote to standard error."""
        self.tell_to_stop()
        if not self.process.stdout.closed:
            self.error_output = self.process.communicate(timeout=PATIENCE_SECONDS)[1].decode()
            if self.tls_folder:
                self.tls_folder.cleanup()
        return self.process.returncode, self.error_output


class Connection:
    """The client's end of one connection, through TLS if a file with the CA's certificate is given."""

    def __init__(self, port, authority=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS)
        if authority:
            context = ssl.create_default_context(cafile=authority)
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.input = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.input.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def response(self, has_body=True):
        """Returns the next response: status, headers by lower-case name, body."""
        status_line = self.input.readline().decode()
        if not status_line:
            raise EOFError("the server closed the connection")
        headers = {}
        while (line := self.input.readline().decode().rstrip("\r\n")):
            name, value = line.split(": ", 1)
            headers[name.lower()] = value
        body = self.input.read(int(headers.get("content-length", 0))) if has_body else b""
        return int(status_line.split()[1]), headers, body

    def end_sending(self):
        # ssl.SSLSocket.shutdown() would turn TLS off, and what still arrives would be read as plain bytes.
        socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def ask(self, data):
        self.send(data)
        return self.response()

    def at_end(self):
        """Waits until the server closes the connection. Returns True if it sends nothing more."""
        return self.input.read(1) == b""


def head(operation, *lines, target="/"):
    return "\r\n".join([f"POST {target} HTTP/1.1", "Host: localhost",
                        f"X-Amz-Target: DynamoDB_20120810.{operation}",
                        "Content-Type: application/x-amz-json-1.0", "X-Amz-Date: 20260131T120000Z",
                        f"Authorization: {AUTHORIZATION}", *lines, "", ""]).encode()


def request(operation, body=b"{}", *lines, target="/"):
    return head(operation, f"Content-Length: {len(body)}", *lines, target=target) + body


def create_table(connection, name):
    definition = {"TableName": name, "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                  "BillingMode": "PAY_PER_REQUEST"}
    return connection.ask(request("CreateTable", json.dumps(definition).encode()))
