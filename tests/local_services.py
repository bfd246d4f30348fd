"""A PostgreSQL and a Tailrace for one test, each on a free port and stopped by the test.

Nothing here sleeps: a service is ready when it has printed the line that says so, and gone when its process
has ended.
"""

import collections
import contextlib
import glob
import json
import os
import queue
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from pathlib import Path

READY_SECONDS = 30
STOP_SECONDS = 30
DRAIN_SECONDS = 60
DEBIAN_PATH = "/usr/bin:/bin"
# Ends a service together with the test, even if the test is killed.
END_WITH_PARENT = ["/usr/bin/setpriv", "--pdeathsig", "INT", "--"]


class ServiceProcess:
    """A program that runs until stop() or kill(). The constructor waits for the line that says it is ready.

    Its output (both streams) is read all the time, so that it never blocks; the last lines are kept.
    """

    def __init__(self, command, ready_pattern, **popen_options):
        self.command = command
        self.last_lines = collections.deque(maxlen=40)
        self._lines_came = threading.Condition()
        self._ready = queue.Queue()
        self._process = subprocess.Popen(
            [*END_WITH_PARENT, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", **popen_options,
        )
        self._reader = threading.Thread(target=self._read, args=(re.compile(ready_pattern),), daemon=True)
        self._reader.start()
        try:
            self.ready = self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def _read(self, ready_pattern):
        for line in self._process.stdout:
            with self._lines_came:
                self.last_lines.append(line.rstrip("\n"))
                self._lines_came.notify_all()
            match = ready_pattern.search(line)
            if match:
                self._ready.put(match)
        self._ready.put(None)

    def _wait_until_ready(self):
        try:
            match = self._ready.get(timeout=READY_SECONDS)
        except queue.Empty:
            raise RuntimeError(f"not ready after {READY_SECONDS} s: {self.describe()}") from None
        if match is None:
            raise RuntimeError(f"ended before it was ready: {self.describe()}")
        return match

    def describe(self):
        """Returns the command and its last lines, for a failure's message."""
        return "\n".join([" ".join(self.command), *self.last_lines])

    def wait_for_line(self, text):
        """Waits until one of the last lines ends with `text`, and returns the line."""
        def found():
            return next((line for line in self.last_lines if line.endswith(text)), None)

        with self._lines_came:
            if not self._lines_came.wait_for(found, READY_SECONDS):
                raise AssertionError(f"no line ends with {text!r}: {self.describe()}")
            return found()

    def wait_for_lines(self, text, number=1):
        """Waits until `number` of the last lines contain `text`."""
        with self._lines_came:
            if not self._lines_came.wait_for(
                    lambda: sum(text in line for line in self.last_lines) >= number, READY_SECONDS):
                raise AssertionError(f"not {number} lines contain {text!r}: {self.describe()}")

    def process_id(self):
        return self._process.pid

    def running(self):
        return self._process.poll() is None

    def stop(self, how=signal.SIGTERM):
        """Asks the program to end and returns its exit status. Kills the program if it does not obey."""
        if self.running():
            self._process.send_signal(how)
        try:
            status = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError(f"did not stop within {STOP_SECONDS} s: {self.describe()}") from None
        self._close()
        return status

    def ends_within(self, seconds):
        """Returns True if the program ends by itself within this time."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def wait_until_ended(self):
        """Waits for a program that something else ends."""
        self._process.wait(STOP_SECONDS)
        self._close()

    def pause(self):
        """Lets it do nothing until resume(). Meanwhile the system receives for it."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def send_kill(self):
        """kill -9 without waiting for anything, for a thread that is itself in the middle of a request."""
        self._process.kill()

    def kill(self):
        """kill -9, then waits until the process is gone."""
        self._process.kill()
        self._process.wait()
        self._close()

    def _close(self):
        self._reader.join()
        self._process.stdout.close()


def aws_client(endpoint_url, proxies=None, service="dynamodb"):
    """A boto3 client that tries each request only once, so that a test sees every failure."""
    # Imported here, because some scripts that use this module run without boto3.
    import boto3
    from botocore.config import Config

    return boto3.session.Session().client(
        service,
        endpoint_url=endpoint_url,
        region_name="ca-central-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(
            retries={"total_max_attempts": 1}, read_timeout=30, max_pool_connections=16,
            parameter_validation=False, proxies=proxies or {},
        ),
    )


class Tailrace(ServiceProcess):
    """`tailrace serve` on a free port, with a database file or in memory, with handlers on streams, and with
    further options."""

    def __init__(self, executable, db_path=None, on_stream=(), options=()):
        self._clients = []
        command = [str(executable), "serve", "--port", "0"]
        command += ["--db-path", str(db_path)] if db_path else ["--in-memory"]
        for mapping in on_stream:
            command += ["--on-stream", mapping]
        command += options
        # Functions run in Debian's own Python and Node.js, if they are installed.
        environment = {**os.environ, "PATH": f"{DEBIAN_PATH}:{os.environ['PATH']}"}
        super().__init__(command, r"listens on (https?://127\.0\.0\.1:\d+)\b", env=environment)
        self.endpoint = self.ready.group(1)

    def client(self, endpoint_url=None, proxies=None, service="dynamodb"):
        """A client as aws_client() makes it.

        It is closed when the server has ended. Without an `endpoint_url` it talks to this server directly.
        """
        client = aws_client(endpoint_url or self.endpoint, proxies, service)
        self._clients.append(client)
        return client

    def _close(self):
        for client in self._clients:
            client.close()
        super()._close()

    def create_table(self, name, view_type="NEW_IMAGE"):
        """Creates a table with the partition key pk and a stream. Returns the stream's ARN."""
        made = self.client().create_table(
            TableName=name, BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": view_type})
        return made["TableDescription"]["LatestStreamArn"]

    def mappings(self):
        """Returns the progress of every handler on a stream."""
        return self.ask("GET", "/_tailrace/streams")["Mappings"]

    def drain(self):
        """Waits until every handler has handled everything that was written before this call."""
        answer = self.ask("POST", "/_tailrace/streams/drain")
        if answer.get("Drained") is not True:
            raise AssertionError(f"not drained: {answer}")

    def settle(self, advance_seconds):
        """Waits until nothing is left to do. Moves the server's manual clock to what is due, by at most
        `advance_seconds` in all."""
        self.ask("POST", "/_tailrace/settle",
                  json.dumps({"AdvanceClock": True, "AtMostSeconds": advance_seconds}).encode())

    def split_shard(self, table):
        """Splits a shard of the table's stream. Returns the parent and its children."""
        return self.ask("POST", f"/_tailrace/streams/split?table={table}")

    def ask(self, method, path, body=None):
        """Sends a request, with bytes as its body, and returns the JSON of the answer."""
        request = urllib.request.Request(self.endpoint + path, body, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=DRAIN_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}") from None


class KillAfter:
    """Counts acknowledged requests. The thread that reaches the given number kills the server."""

    def __init__(self, tailrace, requests):
        self._tailrace = tailrace
        self._left = requests
        self._lock = threading.Lock()

    def acknowledged(self):
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self._tailrace.send_kill()


def check_database_file(path):
    """Raises AssertionError if SQLite finds a fault in the file of a server that has ended. It opens a copy,
    so that only the server recovers the original."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        for suffix in ("", "-wal"):
            source = path.with_name(path.name + suffix)
            if source.exists():
                shutil.copy(source, folder)
        with contextlib.closing(sqlite3.connect(Path(folder) / path.name)) as connection:
            found = connection.execute("PRAGMA integrity_check").fetchall()
    if found != [("ok",)]:
        raise AssertionError(f"SQLite finds faults in {path}: {found}")


def run_tests(case, *more):
    """Runs the tests of the program. Its first argument is the path of the tailrace executable, which becomes
    `case.executable`; after that comes one path for each name in `more`, which becomes that attribute."""
    names = ("executable", *more)
    if len(sys.argv) <= len(names) or not os.access(sys.argv[1], os.X_OK):
        wanted = " ".join(["TAILRACE_EXECUTABLE", *(name.upper() for name in more)])
        raise SystemExit(f"usage: {sys.argv[0]} {wanted} [TEST]...")
    for name in names:
        setattr(case, name, os.path.abspath(sys.argv.pop(1)))
    unittest.main(verbosity=2)


class PostgreSQL(ServiceProcess):
    """A PostgreSQL cluster in a temporary directory, with a database `cruddur`; `url` is its address.

    PostgreSQL refuses to run as root, so root starts it as the user `postgres`. `settings` are its own, by
    name. What it has acknowledged survives its end, but not that of the machine unless `fsync` is on.
    """

    def __init__(self, settings=()):
        self._settings = dict(settings)
        self._identity = {}
        if os.getuid() == 0:
            self._identity = {"user": "postgres", "group": "postgres", "extra_groups": []}
        self._programs = _newest_postgresql()
        self._directory = tempfile.mkdtemp(prefix="tailrace-postgresql-")
        try:
            self._start()
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise

    def _start(self):
        if self._identity:
            shutil.chown(self._directory, "postgres", "postgres")
        self._options = {
            "cwd": self._directory,
            "env": {"PATH": DEBIAN_PATH, "LC_ALL": "C.UTF-8"},
            "stdin": subprocess.DEVNULL,
            **self._identity,
        }
        data = os.path.join(self._directory, "data")
        self.run_program("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync",
                  "--encoding=UTF8", "--locale=C")
        port = _free_port()
        settings = {
            "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self._directory,
            "fsync": "off", "logging_collector": "off", "log_destination": "stderr", **self._settings,
        }
        self._command = [os.path.join(self._programs, "postgres"), "-D", data]
        for name, value in settings.items():
            self._command += ["-c", f"{name}={value}"]
        self._serve()
        self.run_program("createdb", "--host=127.0.0.1", f"--port={port}", "--username=postgres", "cruddur")
        self.url = f"postgresql://postgres@127.0.0.1:{port}/cruddur"

    def _serve(self):
        super().__init__(self._command, "database system is ready to accept connections", **self._options)

    def restart(self, how=signal.SIGINT, meanwhile=lambda: None):
        """Stops PostgreSQL with its fast shutdown, and starts it on the same port after `meanwhile`."""
        super().stop(how)
        try:
            meanwhile()
        finally:
            self._serve()

    def sql(self, statements):
        """Executes SQL and returns the rows that it prints, as lines."""
        return self.run_program("psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only",
                         "--set=ON_ERROR_STOP=1", "--dbname", self.url, "--command", statements)

    def run_program(self, program, *arguments):
        """Runs one of PostgreSQL's programs and returns what it prints."""
        command = [os.path.join(self._programs, program), *arguments]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **self._options
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\n{done.stdout}")
        return done.stdout

    def stop(self, how=signal.SIGINT):
        """Stops PostgreSQL with its fast shutdown, which disconnects all clients, and removes the
        directory."""
        try:
            return super().stop(how)
        finally:
            shutil.rmtree(self._directory, ignore_errors=True)


def _newest_postgresql():
    """The program folder of the newest PostgreSQL server, in Debian's layout."""
    folders = glob.glob("/usr/lib/postgresql/*/bin")
    if not folders:
        raise RuntimeError("no PostgreSQL server under /usr/lib/postgresql")
    return max(folders, key=lambda folder: int(folder.split("/")[4]))


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
