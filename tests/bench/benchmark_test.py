"""The benchmark run as a command: what its table contains, and when it refuses to give a number.

Usage: benchmark_test.py TAILRACE [unittest arguments]
"""

import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import workloads

TAILRACE = None
RUN = pathlib.Path(__file__).resolve().parent / "run"
PATIENCE_SECONDS = 240
FOOTPRINT = ["start to first answer, ms", "memory idle, MB", "memory per 10,000 items, MB"]


def run(*arguments, **environment):
    """Runs the benchmark and returns its exit code, standard output and standard error."""
    inherited = {name: value for name, value in os.environ.items() if name != "BENCH_ENDPOINT"}
    command = [RUN, "--seconds", "1", "--connections", "8", "--sizes", "400", "--storages", "memory",
               *arguments]
    done = subprocess.run(command, env={**inherited, "TAILRACE": TAILRACE, **environment},
                          capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)
    return done.returncode, done.stdout, done.stderr


def tables(output):
    """Returns the rows of each table without its head, each as a list of cells."""
    found = [[]]
    for line in output.splitlines():
        if line.startswith("|"):
            found[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        elif found[-1]:
            found.append([])
    return [lines[2:] for lines in found if lines]


def rows(output):
    """The same for the first table."""
    return tables(output)[0] if "|" in output else []


class CarelessServer(http.server.BaseHTTPRequestHandler):
    """Answers that the table exists, and to every other request that all is well."""

    protocol_version = "HTTP/1.1"
    answer = json.dumps({"Table": {"TableStatus": "ACTIVE"}}).encode()

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.answer)))
        self.end_headers()
        self.wfile.write(self.answer)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *arguments):
        pass


class Benchmark(unittest.TestCase):
    # Every workload has a row with a rate and one with the CPU time for each request, and start and memory
    # have rows. The JSON contains the same numbers.
    def test_measures_everything(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "found.json")
            code, output, errors = run("--targets", "tailrace", "--json", str(file))
            self.assertEqual(code, 0, output + errors)
            found = json.loads(file.read_text())
        self.assertEqual([row[3] for row in rows(output)],
                         [*FOOTPRINT, workloads.NOTHING, *workloads.WORKLOADS], output)
        for row in rows(output):
            self.assertGreater(float(row[4].replace(",", "")), 0, row)
        for row in rows(output)[len(FOOTPRINT):]:
            self.assertEqual(row[:3], ["memory", "400 B", "8"])
            self.assertRegex(row[6], r"^\d+%$")
        self.assertEqual([each["what"] for each in found["measurements"]], [row[3] for row in rows(output)])
        costs = tables(output)[1]
        self.assertEqual([row[3] for row in costs], [workloads.NOTHING, *workloads.WORKLOADS], output)
        for row, each in zip(costs, found["measurements"][len(FOOTPRINT):]):
            self.assertGreater(float(row[4]), 0, row)
            self.assertEqual(row[4], f"{each['cpu_us']:.1f}")
        self.assertEqual((found["failures"], found["left_out"]), ([], {}))
        self.assertNotIn("No number", output)

    # Fast but wrong answers do not count: the row is missing, and the reason appears below the table.
    def test_wrong_answers_have_no_rate(self):
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), CarelessServer) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                code, output, _ = run("--targets", "tailrace", "--workloads", "PutItem,Query",
                                      BENCH_ENDPOINT=f"http://127.0.0.1:{server.server_port}")
            finally:
                server.shutdown()
                thread.join()
        self.assertEqual(code, 1)
        self.assertEqual([row[3] for row in rows(output)], [workloads.NOTHING])
        self.assertIn("No number: Tailrace, memory, 400 B, PutItem: the answer is wrong: the answer is "
                      '{"Table": {"TableStatus": "ACTIVE"}} instead of {}\n', output)
        self.assertIn("No number: Tailrace, memory, 400 B, Query: the answer is wrong: Count is null instead "
                      "of 20\n", output)

    # With --handlers, each row has a figure above zero, and the JSON also has the numbers of calls and of
    # changes that were counted.
    def test_measures_functions(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "found.json")
            code, output, errors = run("--handlers", "--json", str(file))
            self.assertEqual(code, 0, output + errors)
            found = json.loads(file.read_text())["measurements"]
        self.assertEqual([row[:2] + row[3:4] for row in rows(output)], [
            ["memory", "write to in-process function, ms", "< 1"],
            ["memory", "write to warm Python function, ms", "< 5"],
            ["memory", "writes/s with an in-process function", "> 10,000"]], output)
        for row in rows(output):
            self.assertGreater(float(row[2].replace(",", "")), 0, row)
        for latency in found[:2]:
            self.assertEqual(latency["calls"], 500)
            self.assertLessEqual(latency["p50_ms"], latency["p99_ms"])
        delivery = found[2]
        self.assertGreaterEqual(delivery["changes"], int(delivery["writes_per_second"] * 0.9))
        self.assertEqual((delivery["lost"], delivery["repeated"]), (0, 0))

    # Forks have a row for each of their figures, beside its target, and the JSON contains the same numbers.
    def test_measures_forks(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "found.json")
            code, output, errors = run("--harness", "--json", str(file))
            self.assertEqual(code, 0, output + errors)
            found = json.loads(file.read_text())["measurements"]
        self.assertEqual([[row[0], row[2]] for row in rows(output)], [
            ["fork of 10 MB, ms", "< 1"], ["fork of 100 MB, ms", "< 10"],
            ["1,000 forks of 1 MB, s of CPU", "< 0.5"],
            ["memory of a fork of 100 MB that is not used, KB", "< 20"],
            ["memory of a fork of 100 MB after a read and a write, KB", "< 250"],
            ["memory of the same fork when it rests, KB", "-"],
            ["fork of 10 MB in a file, ms", "-"]], output)
        self.assertEqual([[each["what"], f"{each['value']:.4f}"] for each in found],
                         [row[:2] for row in rows(output)])

    # The figures of an import have targets, too.
    def test_measures_imports(self):
        code, output, errors = run("--import")
        self.assertEqual(code, 0, output + errors)
        self.assertEqual([[row[0], row[2]] for row in rows(output)], [
            ["import of an item of 1 KB, memory, us of CPU", "< 25"],
            ["import of an item of 1 KB, file, us of CPU", "< 25"]], output)
        for row in rows(output):
            self.assertGreater(float(row[1]), 1)

    # The room that items take in a file depends on their sizes alone. What a request costs has a row for each
    # storage, and the starts have one for each file.
    def test_measures_growth(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "found.json")
            code, output, errors = run("--growth", "--items", "20000", "--json", str(file))
            self.assertEqual(code, 0, output + errors)
            found = json.loads(file.read_text())["measurements"]
        room, costs, starts = tables(output)
        self.assertEqual([row[0] for row in room if row[2] == "-"], [
            "25,000 items of 400 bytes, memory", "10,000 items of 1,000 bytes, memory",
            "4,000 items of 2,500 bytes, memory", "1,250 items of 8,000 bytes, memory",
            "250 items of 40,000 bytes, memory"], output)
        for what, ratio, target in room:
            self.assertGreater(float(ratio), 1, what)
            if target != "-":
                self.assertLess(float(ratio), float(target.removeprefix("< ")), what)
        self.assertEqual([[row[0], row[4]] for row in costs], [
            [f"{operation}, {storage}", "< 1.3"] for storage in ("memory", "file")
            for operation in ("GetItem", "PutItem", "Query", "BatchWriteItem")], output)
        for what, small, large, ratio, _, extrapolated in costs:
            self.assertGreater(float(small), 1, what)
            self.assertAlmostEqual(float(ratio), float(large) / float(small), delta=0.02)
            # From 10,000 to 20,000 items is one doubling; from there to 10 million are 8.97.
            more = 8.97 * (float(large) - float(small))
            self.assertAlmostEqual(float(extrapolated), float(large) + more, delta=1)
        self.assertRegex(starts[1][0], r"^start with a file of \d+ MB, ms$")
        self.assertGreater(int(starts[1][0].split()[5]), 10)
        self.assertEqual([starts[0][0], starts[0][2]], ["start with an empty file, ms", "-"])
        self.assertEqual(len(found), len(room) + len(costs) + len(starts))

    # Without the program that measures forks there are no figures, and a line says where it is missing.
    def test_forks_need_their_program(self):
        code, output, errors = run("--harness", TAILRACE="/nowhere/server/tailrace")
        self.assertEqual((code, output), (1, ""))
        self.assertEqual(errors, "bench: /nowhere/tests/bench/fork_costs is missing; "
                                 "./tests/run -L unit builds it\n")

    # A peer that is not available is named with the reason, and the others are measured.
    def test_a_missing_peer_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            for tool in ("bash", "dirname", "env", "wrk"):
                os.symlink(shutil.which(tool), os.path.join(folder, tool))
            code, output, errors = run("--targets", "tailrace,dynamodb-local", "--workloads", "GetItem",
                                       PATH=folder)
        self.assertEqual(code, 0, output + errors)
        self.assertIn("Left out: DynamoDB Local: java is missing; "
                      "docker/deps.sh bench installs what is needed\n", output)
        self.assertEqual(rows(output)[-1][3], "GetItem")

    # An unknown name ends the command before anything is started.
    def test_options_are_checked(self):
        for option, message in (
                (["--workloads", "Put"], "argument --workloads: 'Put' is not one of PutItem, GetItem, "
                                         "UpdateItem, Query, Scan, BatchWriteItem, TransactWriteItems"),
                (["--connections", "0"], "argument --connections: '0' is not a number from 1 to 1000"),
                (["--seconds", "1,2"], "argument --seconds: '1,2' is not a number from 1 to 600")):
            code, output, errors = run(*option)
            self.assertEqual((code, output), (2, ""))
            self.assertEqual(errors.splitlines()[-1], f"tests/bench/run: error: {message}")


def main():
    global TAILRACE
    TAILRACE = sys.argv[1]
    if shutil.which("wrk") is None:
        print("skipped: wrk is missing; docker/deps.sh test installs it")
        return 77
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])


if __name__ == "__main__":
    sys.exit(main())
