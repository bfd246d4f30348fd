#!/usr/bin/python3
"""Several servers on one PostgreSQL share the shards of an event source mapping: each shard has one server at
a time, every record reaches the function, and a shard goes to another server when its own one ends.

    shards_test.py TAILRACE_EXECUTABLE [TEST]...
"""

import json
import os
import threading
import time

from postgresql_case import PostgreSQLCase
from local_services import run_tests
from plain_connection import PlainConnection

SHARDS = 4
LEASE_SECONDS = 5
TAKEOVER_SECONDS = 10
PATIENCE_SECONDS = 60
# Appends a line for each call: the server that made it, and the numbers of its records. The first call that
# finds `held` there waits until something is written to the pipe.
FUNCTION = """
import json, os
FOLDER = {folder!r}

def handle(event, context):
    numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in event["Records"]]
    append("begun", numbers)
    if os.path.exists(FOLDER + "/held"):
        try:
            os.rmdir(FOLDER + "/held")
            open(FOLDER + "/pipe").read()
        except FileNotFoundError:
            pass
    append("calls", numbers)

def append(name, numbers):
    file = os.open(FOLDER + "/" + name, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, (json.dumps([os.getppid(), numbers]) + "\\n").encode())
    os.close(file)
"""


class Writing:
    """Puts new items through one server after the other, on a thread, until stop()."""

    def __init__(self, servers, begin=0):
        self._servers = servers
        self._stopping = threading.Event()
        self._written = threading.Condition()
        self.count = begin
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        connections = [PlainConnection(each.endpoint) for each in self._servers]
        while not self._stopping.is_set():
            connection = connections[self.count % len(connections)]
            connection.call("PutItem", TableName="events", Item={"pk": {"S": str(self.count)}})
            with self._written:
                self.count += 1
                self._written.notify_all()
        for each in connections:
            each.close()

    def wait_for_more(self, items):
        with self._written:
            wanted = self.count + items
            assert self._written.wait_for(lambda: self.count >= wanted, PATIENCE_SECONDS), self.count

    def stop(self):
        self._stopping.set()
        self._thread.join(PATIENCE_SECONDS)


class ShardsTest(PostgreSQLCase):

    def setUp(self):
        super().setUp()
        (self.folder / "function.py").write_text(FUNCTION.format(folder=str(self.folder)))

    def serve_mapping(self, *options, **more):
        mapping = f"events=python:{self.folder / 'function.py'}:handle,BatchSize=10"
        return self.serve("--shards", str(SHARDS), "--threads", "4", "--log-level", "info", *options,
                          on_stream=[mapping], **more)

    def serve_two(self):
        """Two servers, of which each runs half of the shards."""
        servers = [self.serve_mapping(), self.serve_mapping()]
        self.stream = servers[0].create_table("events")
        self.wait_for_holders(servers, [2, 2])
        return servers

    def holders(self):
        """How many shards each process runs, by the number of the process."""
        rows = self.postgresql.sql(
            f"SELECT convert_from(process.name, 'UTF8') FROM {self.schema}.lease JOIN {self.schema}.process "
            "ON id = process WHERE lease.name <> 'main'").splitlines()
        numbers = [int(each.rpartition(":")[2]) for each in rows]
        return {each: numbers.count(each) for each in numbers}

    def wait_for_holders(self, servers, counts, seconds=PATIENCE_SECONDS):
        """Returns the seconds that it took."""
        begin = time.monotonic()
        wanted = {each.process_id(): count for each, count in zip(servers, counts) if count}
        while self.holders() != wanted:
            self.assertLess(time.monotonic() - begin, seconds, (self.holders(), wanted))
        return time.monotonic() - begin

    def drain(self, server):
        self.wait_until_main(server)
        server.drain()

    def wait_until_main(self, server):
        """Waits until the server answers requests about mappings."""
        connection = self.connect(server)
        begin = time.monotonic()
        while connection.ask("GET", "/_tailrace/streams")[0] != 200:
            self.assertLess(time.monotonic() - begin, TAKEOVER_SECONDS)

    def put(self, server, keys):
        connection = self.connect(server)
        for each in keys:
            connection.call("PutItem", TableName="events", Item={"pk": {"S": str(each)}})

    def lines(self, name="calls"):
        path = self.folder / name
        return [json.loads(each) for each in path.read_text().splitlines()] if path.exists() else []

    def last_number(self):
        return self.postgresql.sql(f"SELECT last_value FROM {self.schema}.numbers")

    def name_of(self, server):
        return self.postgresql.sql(f"SELECT convert_from(name, 'UTF8') FROM {self.schema}.process "
                                   f"WHERE convert_from(name, 'UTF8') LIKE '%:{server.process_id()}'").strip()

    def mappings_of(self, server):
        """The ids of the mappings that a server tells the others of."""
        return self.postgresql.sql(f"SELECT convert_from(note, 'UTF8') FROM {self.schema}.process WHERE "
                                   f"convert_from(name, 'UTF8') LIKE '%:{server.process_id()}'").split()

    def callers(self):
        return {caller for caller, _ in self.lines()}

    def records(self, server):
        """The numbers of the records of each shard."""
        connection = self.connect(server)

        def ask(operation, **request):
            return connection.call(operation, "DynamoDBStreams", **request)

        described = ask("DescribeStream", StreamArn=self.stream)["StreamDescription"]["Shards"]
        shards = []
        for shard in described:
            iterator = ask("GetShardIterator", StreamArn=self.stream, ShardId=shard["ShardId"],
                           ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
            numbers = []
            while iterator:
                page = ask("GetRecords", ShardIterator=iterator)
                if not page["Records"]:
                    break
                numbers += [int(each["dynamodb"]["SequenceNumber"]) for each in page["Records"]]
                iterator = page.get("NextShardIterator")
            shards.append(numbers)
        return shards

    def assert_handled(self, server, items):
        """Every record has reached the function, and in each shard no record came before an earlier one had.
        Returns how many came again."""
        shards = self.records(server)
        self.assertEqual(sum(map(len, shards)), items)
        handled = [number for _, numbers in self.lines() for number in numbers]
        for numbers in shards:
            known = set(numbers)
            first = list(dict.fromkeys(each for each in handled if each in known))
            self.assertEqual(first, numbers)
        return len(handled) - items

    def test_two_servers_call_the_function_and_no_record_is_missed_or_repeated(self):
        servers = self.serve_two()
        self.put(servers[1], range(200))
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], 200), 0)
        self.assertEqual(self.callers(), {each.process_id() for each in servers})
        [mapping] = servers[0].mappings()
        self.assertEqual(mapping["Lag"], 0)
        self.assertEqual([each.get("RunsElsewhere", False) for each in mapping["Shards"]].count(True), 2)
        # A settle on one server also waits for the calls of the other server.
        self.put(servers[0], range(200, 240))
        servers[0].ask("POST", "/_tailrace/settle")
        self.assertEqual(self.assert_handled(servers[0], 240), 0)

    def test_the_shards_of_a_killed_server_go_on_elsewhere(self):
        servers = self.serve_two()
        written = 0
        # The second time it is the server that answers requests about mappings.
        for place in (1, 0):
            left = servers[1 - place]
            writing = Writing([left], written)
            writing.wait_for_more(20)
            servers[place].kill()
            self.wait_for_holders([left], [SHARDS], TAKEOVER_SECONDS)
            writing.wait_for_more(20)
            writing.stop()
            written = writing.count
            self.drain(left)
            self.assert_handled(left, written)
            servers[place] = self.serve_mapping()
            self.wait_for_holders(servers, [2, 2])

    def test_a_server_that_joins_gets_shards_and_one_that_stops_hands_them_over_at_once(self):
        servers = self.serve_two()
        writing = Writing(servers)
        writing.wait_for_more(20)
        third = self.serve_mapping()
        begin = time.monotonic()
        while third.process_id() not in self.holders() or sum(self.holders().values()) < SHARDS:
            self.assertLess(time.monotonic() - begin, PATIENCE_SECONDS)
        self.assertEqual(sorted(self.holders().values()), [1, 1, 2])
        writing.wait_for_more(20)
        writing.stop()
        servers[0].drain()
        # A shard that goes to another server between two batches is continued exactly.
        self.assertEqual(self.assert_handled(servers[0], writing.count), 0)
        self.assertIn(third.process_id(), self.callers())
        third.stop()
        servers[1].stop()
        self.assertLess(self.wait_for_holders([servers[0]], [SHARDS]), LEASE_SECONDS - 1)
        self.put(servers[0], range(10_000, 10_040))
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], writing.count + 40), 0)

    def test_a_server_that_has_slept_writes_no_checkpoint(self):
        servers = self.serve_two()
        (self.folder / "held").mkdir()
        os.mkfifo(self.folder / "pipe")
        self.put(servers[0], range(1))
        while not self.lines("begun"):
            pass
        [[caller, _]] = self.lines("begun")
        sleeper = next(each for each in servers if each.process_id() == caller)
        other = next(each for each in servers if each is not sleeper)
        sleeper.pause()
        self.addCleanup(sleeper.resume)
        self.wait_for_holders([other], [SHARDS], TAKEOVER_SECONDS)
        self.put(other, range(1, 40))
        self.drain(other)
        (self.folder / "pipe").write_text("go on")
        sleeper.resume()
        sleeper.wait_for_lines("so this process drops what its last batch has added to the checkpoint")
        self.wait_for_holders(servers, [2, 2])
        other.drain()
        self.assertEqual(self.assert_handled(other, 40), 1)
        # What is handled is not begun again, so no checkpoint has gone back.
        for each in servers:
            each.stop()
        servers = [self.serve_mapping()]
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], 40), 1)

    def test_a_mapping_that_is_paused_or_made_by_a_request_is_the_same_everywhere(self):
        servers = self.serve_two()
        lambdas = self.connect(servers[0])
        [mapping] = servers[0].mappings()
        servers[0].ask("POST", f"/_tailrace/mappings/{mapping['Id']}/pause")
        self.wait_for_holders([servers[0]], [SHARDS])
        self.put(servers[0], range(40))
        self.assertEqual(self.lines(), [])
        step = servers[0].ask("POST", f"/_tailrace/mappings/{mapping['Id']}/step")
        self.assertEqual(step["Invocation"]["Outcome"], "Returned")
        servers[0].ask("POST", f"/_tailrace/mappings/{mapping['Id']}/resume")
        self.wait_for_holders(servers, [2, 2])
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], 40), 0)
        status, made = lambdas.ask("DELETE", f"/2015-03-31/event-source-mappings/{mapping['Id']}")
        self.assertEqual((status, made["State"]), (202, "Deleting"))
        self.wait_for_holders([], [])
        name = mapping["FunctionArn"].rpartition(":")[2]
        status, made = lambdas.ask("POST", "/2015-03-31/event-source-mappings", {
            "FunctionName": name, "EventSourceArn": self.stream, "StartingPosition": "LATEST"})
        self.assertEqual(status, 202, made)
        self.wait_for_holders(servers, [2, 2])
        self.put(servers[1], range(100, 140))
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], 80), 0)

    def test_a_child_shard_waits_for_its_parent_on_another_server(self):
        servers = self.serve_two()
        for number in range(3):
            self.put(servers[number % 2], range(number * 40, number * 40 + 40))
            servers[1].split_shard("events")
        self.put(servers[0], range(120, 160))
        servers[0].drain()
        connection = self.connect(servers[0])
        described = connection.call("DescribeStream", "DynamoDBStreams", StreamArn=self.stream)
        self.assertEqual(len(described["StreamDescription"]["Shards"]), SHARDS + 6)
        self.assertEqual(self.assert_handled(servers[0], 160), 0)
        places = {}
        for place, (_, numbers) in enumerate(self.lines()):
            places.update((number, place) for number in numbers)
        shards = dict(zip((each["ShardId"] for each in described["StreamDescription"]["Shards"]),
                          self.records(servers[0])))
        for shard in described["StreamDescription"]["Shards"]:
            parent = shards.get(shard.get("ParentShardId"), [])
            own = shards[shard["ShardId"]]
            if parent and own:
                self.assertLess(max(places[each] for each in parent), min(places[each] for each in own))

    def test_nothing_of_another_server_is_left_after_a_reset(self):
        servers = self.serve_two()
        self.put(servers[1], range(40))
        servers[0].drain()
        servers[0].ask("POST", "/_tailrace/namespaces/default/reset")
        (self.folder / "calls").unlink()
        self.stream = servers[0].create_table("events")
        self.wait_for_holders(servers, [2, 2])
        self.put(servers[1], range(40))
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], 40), 0)
        self.assertEqual(self.callers(), {each.process_id() for each in servers})

    def begin_held_batch(self, server):
        """Writes 40 items and waits until a batch is under way, which ends with go_on()."""
        (self.folder / "held").mkdir()
        os.mkfifo(self.folder / "pipe")
        self.put(server, range(40))
        while not self.lines("begun"):
            pass

    def go_on(self):
        (self.folder / "pipe").write_text("go on")

    def lose_leases(self, *servers):
        """Stops PostgreSQL until the servers have lost their leases."""
        def wait():
            for each in servers:
                each.wait_for_lines("this process has lost its leases")
        self.postgresql.restart(meanwhile=wait)

    def drain_beside(self, server, meanwhile):
        """Returns what a drain answers that is under way while `meanwhile` is called."""
        ended = []
        draining = threading.Thread(
            target=lambda: ended.append(self.connect(server).ask("POST", "/_tailrace/streams/drain")))
        numbers = self.last_number()
        draining.start()
        # The drain draws a number, up to which it waits.
        while self.last_number() == numbers:
            pass
        meanwhile()
        draining.join(PATIENCE_SECONDS)
        return ended[0]

    def test_a_drain_waits_while_the_database_restarts(self):
        servers = self.serve_two()
        self.begin_held_batch(servers[0])

        def restart():
            self.postgresql.restart()
            self.go_on()

        self.assertEqual(self.drain_beside(servers[0], restart), (200, {"Drained": True}))
        self.assert_handled(servers[0], 40)

    def test_a_drain_waits_while_the_leases_are_lost(self):
        servers = self.serve_two()
        self.begin_held_batch(servers[0])

        def restart():
            self.lose_leases(*servers)
            self.go_on()

        self.assertEqual(self.drain_beside(servers[0], restart), (200, {"Drained": True}))
        self.assert_handled(servers[0], 40)

    def test_a_mapping_stays_paused_or_removed_when_the_leases_are_lost(self):
        servers = [self.serve_mapping()]
        self.stream = servers[0].create_table("events")
        self.wait_for_holders(servers, [SHARDS])
        [mapping] = servers[0].mappings()
        servers[0].ask("POST", f"/_tailrace/mappings/{mapping['Id']}/pause")
        self.lose_leases(*servers)
        self.wait_until_main(servers[0])
        self.put(servers[0], range(20))
        self.assertEqual([each["State"] for each in servers[0].mappings()], ["Paused"])
        self.assertEqual(self.lines(), [])
        servers[0].ask("POST", f"/_tailrace/mappings/{mapping['Id']}/resume")
        servers[0].drain()
        self.assertEqual(self.assert_handled(servers[0], 20), 0)
        # The other server removes the mapping, too, and so does one that is started later. Either may be the
        # main one next.
        servers.append(self.serve_mapping())
        self.wait_for_holders(servers, [2, 2])
        connection = self.connect(servers[0])
        self.assertEqual(
            connection.ask("DELETE", f"/2015-03-31/event-source-mappings/{mapping['Id']}")[0], 202)
        self.assertEqual(connection.ask("POST", "/_tailrace/streams/drain"), (200, {"Drained": True}))
        servers[0].stop()
        servers[0] = self.serve_mapping()
        connections = [self.connect(each) for each in servers]
        answers = []
        while not answers:
            answers = [body for status, body in
                       (each.ask("GET", "/_tailrace/streams") for each in connections) if status == 200]
        self.assertEqual([each["Mappings"] for each in answers], [[]])
        while [self.mappings_of(each) for each in servers] != [[f"-{mapping['Id']}"]] * 2:
            pass
        self.assertEqual(self.holders(), {})
        self.assertEqual(self.assert_handled(servers[1], 20), 0)

    def test_a_drain_after_a_request_has_removed_the_only_mapping(self):
        function = f"count=python:{self.folder / 'function.py'}:handle"
        servers = [self.serve("--threads", "4", "--function", function) for _ in range(2)]
        stream = servers[0].create_table("events")
        connection = self.connect(servers[0])
        status, made = connection.ask("POST", "/2015-03-31/event-source-mappings", {
            "FunctionName": "count", "EventSourceArn": stream, "StartingPosition": "LATEST"})
        self.assertEqual(status, 202, made)
        while not all(self.mappings_of(each) for each in servers):
            pass
        self.assertEqual(
            connection.ask("DELETE", f"/2015-03-31/event-source-mappings/{made['UUID']}")[0], 202)
        self.assertEqual(connection.ask("POST", "/_tailrace/streams/drain"), (200, {"Drained": True}))
        self.assertEqual([self.mappings_of(each) for each in servers], [[], []])

    def test_a_server_that_lacks_a_mapping_does_not_say_that_it_is_done(self):
        main = self.serve("--shards", str(SHARDS))
        other = self.serve_mapping()
        self.stream = main.create_table("events")
        self.wait_for_holders([other], [SHARDS])
        [mapping] = self.mappings_of(other)
        connection = self.connect(main)
        refusal = {"message": f"The process {self.name_of(other)} on the same database has the event source "
                              f"mapping {mapping}, which this process lacks, so nobody knows when all are "
                              "done. Start all processes with the same mappings and functions."}
        for path in ("/_tailrace/streams/drain", "/_tailrace/settle"):
            self.assertEqual(connection.ask("POST", path), (409, refusal))
        self.put(main, range(40))
        other.stop()
        self.assertEqual(connection.ask("POST", "/_tailrace/streams/drain"), (200, {"Drained": True}))


if __name__ == "__main__":
    run_tests(ShardsTest)
