"""A server that is measured: starts it on a free port, sends it requests, inspects it and stops it."""

import http.client
import json
import os
import pathlib
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.parse

import workloads

READY_SECONDS = 60
STOP_SECONDS = 20
ANSWER_SECONDS = 60
POLL_SECONDS = 0.001


class Failure(Exception):
    """The reason why something could not be measured."""


class Server:
    """A server at an address, whoever started it."""

    def __init__(self, endpoint):
        self.host = urllib.parse.urlsplit(endpoint).netloc
        self._connection = http.client.HTTPConnection(self.host, timeout=ANSWER_SECONDS)

    def call(self, operation, body, api=workloads.API):
        """Sends a request and returns the answer's status and body."""
        return self._post("/", operation, body, workloads.headers(operation, api))

    def _post(self, path, what, body, headers):
        for last_try in (False, True):
            try:
                self._connection.request("POST", path, workloads.encoded(body), headers)
                response = self._connection.getresponse()
                return response.status, response.read()
            except (OSError, http.client.HTTPException) as error:
                # The server may have closed a connection that was idle for long, so try again with a new one.
                self._connection.close()
                if last_try:
                    reason = str(error) or type(error).__name__
                    raise Failure(f"{what}: {reason}; {self.condition()}") from None

    def ask(self, operation, body, api=workloads.API):
        """Sends a request and returns the answer's body. The status must be 200."""
        status, answer = self.call(operation, body, api)
        if status != 200:
            raise Failure(f"{operation} was answered {status} {answer.decode(errors='replace')[:300]}")
        return json.loads(answer)

    def get(self, items, number):
        """Returns an item as it is stored."""
        body = {"TableName": items.table_name, "Key": items.key(number), "ConsistentRead": True}
        return self.ask("GetItem", body).get("Item", {})

    def make_table(self, items):
        self.ask("CreateTable", items.table())
        give_up = time.monotonic() + READY_SECONDS
        while self.ask("DescribeTable", {"TableName": items.table_name})["Table"]["TableStatus"] != "ACTIVE":
            if time.monotonic() > give_up:
                raise Failure(f"the table is not ACTIVE after {READY_SECONDS} s")

    def fill(self, items, limit_seconds):
        give_up = time.monotonic() + limit_seconds
        for body in items.fill():
            if time.monotonic() > give_up:
                raise Failure(f"{items.count} items were not written within {limit_seconds} s")
            unprocessed = self.ask("BatchWriteItem", body).get("UnprocessedItems")
            if unprocessed:
                raise Failure("BatchWriteItem left items unprocessed while the table was filled")

    def sample(self, name, items):
        """Sends a few of a workload's requests, checks the answers and returns the size of the smallest
        one."""
        workload = workloads.WORKLOADS[name]
        sizes = []
        for request in sorted({0, 1, workload.requests // 2, workload.requests - 1}):
            status, answer = self.call(name, workload.body(items, request))
            if status != 200:
                raise Failure(f"answered {status} {answer.decode(errors='replace')[:300]}")
            sizes.append(len(answer))
            try:
                workload.check(workloads.Asked(items, name, request, json.loads(answer),
                                               lambda number: self.get(items, number)))
            except workloads.WrongAnswer as wrong:
                raise Failure(f"the answer is wrong: {wrong}") from None
            except (LookupError, TypeError, ValueError) as error:
                raise Failure(f"the answer is wrong: checking it failed with {error!r}") from None
        return min(sizes)

    def drain(self):
        """Waits until the functions on its streams have received everything written; returns the
        milliseconds."""
        start = time.monotonic()
        status, answer = self._post("/_tailrace/streams/drain", "drain", {}, {})
        if status != 200 or json.loads(answer).get("Drained") is not True:
            raise Failure("the functions have not received everything: "
                          f"{answer.decode(errors='replace')[:300]}")
        return (time.monotonic() - start) * 1000

    def changes(self):
        """Yields the sequence number of every record in its only stream."""
        (stream,) = self.ask("ListStreams", {}, workloads.STREAMS_API)["Streams"]
        arn = {"StreamArn": stream["StreamArn"]}
        description = self.ask("DescribeStream", arn, workloads.STREAMS_API)["StreamDescription"]
        for shard in description["Shards"]:
            first = {**arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = self.ask("GetShardIterator", first, workloads.STREAMS_API)["ShardIterator"]
            while iterator:
                page = self.ask("GetRecords", {"ShardIterator": iterator}, workloads.STREAMS_API)
                yield from (record["dynamodb"]["SequenceNumber"] for record in page["Records"])
                iterator = page["Records"] and page.get("NextShardIterator")

    def condition(self):
        return "it was not started by the benchmark"

    def resident_bytes(self):
        """Returns the memory that it uses, or None if that is unknown."""
        return None

    def cpu_seconds(self):
        """Returns the time that its process has computed for, or None if that is unknown."""
        return None

    def stop(self):
        self._connection.close()


class StartedServer(Server):
    """A server that the benchmark starts. `command(port, folder)` returns its command line; `folder` is None
    for a server in memory."""

    def __init__(self, command, folder=None):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}")
        self._output = tempfile.TemporaryFile()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TAILRACE_")}
        start = time.monotonic()
        try:
            self._process = subprocess.Popen(command(port, folder), env=environment, stdin=subprocess.DEVNULL,
                                             stdout=self._output, stderr=subprocess.STDOUT)
        except OSError as error:
            self._output.close()
            raise Failure(f"cannot be started: {error}") from None
        try:
            self._wait_for_answer(start + READY_SECONDS)
        except BaseException:
            self.stop()
            raise
        self.start_ms = (time.monotonic() - start) * 1000

    def _wait_for_answer(self, give_up):
        while True:
            try:
                self._connection.request("POST", "/", b"{}", workloads.headers("ListTables"))
                response = self._connection.getresponse()
                response.read()
                # A server that verifies signatures refuses this one.
                if response.status in (200, 400):
                    return
            except (OSError, http.client.HTTPException):
                pass
            self._connection.close()
            try:
                self._process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                if time.monotonic() < give_up:
                    continue
                raise Failure(f"did not answer within {READY_SECONDS} s; {self.condition()}") from None
            raise Failure(f"did not start; {self.condition()}")

    def condition(self):
        """Describes the process: that it runs, or how it ended, and its last line of output."""
        status = self._process.poll()
        self._output.seek(0)
        said = self._output.read().decode(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(said) if line.strip()), "nothing")
        state = "it runs" if status is None else f"it ended with status {status}"
        return f"{state}, its last line: {last[:200]}"

    def ended(self, within_seconds=0):
        """Returns True if it has ended or ends within this time. A killed process lives on for a moment."""
        try:
            self._process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def process_id(self):
        return self._process.pid

    def cpu_seconds(self):
        # The clock that clock_getcpuclockid() finds: user and system, in nanoseconds.
        scheduler_clock = 2
        try:
            return time.clock_gettime(~self._process.pid << 3 | scheduler_clock)
        except OSError:
            return None

    def resident_bytes(self):
        try:
            for line in pathlib.Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        except OSError:
            pass
        return None

    def stop(self):
        super().stop()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()


def measure_starts(start, count):
    """Returns the medians of the milliseconds to the first answer and of the resident bytes right after
    it."""
    times, sizes = [], []
    for _ in range(count):
        server = start()
        times.append(server.start_ms)
        sizes.append(server.resident_bytes() or 0)
        server.stop()
    return statistics.median(times), statistics.median(sizes)
