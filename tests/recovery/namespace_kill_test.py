#!/usr/bin/python3
"""kill -9 at random moments while many clients write to namespaces in a file, and fork, restore, empty and
remove them. After a restart, each namespace has what was acknowledged in it, and nothing of another.

    namespace_kill_test.py TAILRACE_EXECUTABLE [TEST]...

NAMESPACE_KILL_ROUNDS is the number of kills (100), NAMESPACE_KILL_SEED determines their moments.
"""

import collections
import http.client
import itertools
import os
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kill_case import KillCase
from local_services import KillAfter, Tailrace, run_tests
from plain_connection import PlainConnection

ROUNDS = int(os.environ.get("NAMESPACE_KILL_ROUNDS", "100"))
SEED = int(os.environ.get("NAMESPACE_KILL_SEED", "20231105"))
CLIENTS = 16
FORKS = 6
KEYS = [f"key-{number}" for number in range(6)]
# The acts of a client, with their relative frequencies.
ACTS = {"put": 10, "delete": 2, "transact": 4, "look": 3, "keep": 1, "restore": 2, "empty": 1, "remove": 1,
        "fork": 2, "borrow": 2}
# A server is killed after at most MOST_COUNTED acts of the kinds in COUNTED, which take longest. In every
# third round it is killed at most MOST_SECONDS after its start instead. In every twelfth round it runs long
# enough for namespaces to rest.
MOST_COUNTED = 40
COUNTED = ("remove", "fork", "borrow")
MOST_SECONDS = 0.1
LONG_SECONDS = 4
IDLE_SECONDS = 1


class Namespace:
    """The states that a namespace may be in. A state is the items of its table, or None without the table.

    `states` lists the states since the server's start. `acknowledged` is the index of the last one that the
    server has acknowledged. A state after it is the result of a request that is not answered yet.
    """

    def __init__(self, name):
        self.name = name
        self.found([None])

    def found(self, states):
        """Begins a new list with the states that are possible now."""
        self.states, self.acknowledged = list(states), 0

    def now(self):
        return self.states[self.acknowledged]

    def possible(self):
        return self.states[self.acknowledged:]


class Client:
    """One client with its own namespace, forks of it, and a fork of another client's namespace."""

    def __init__(self, number):
        self.random = random.Random(SEED + number)
        self.values = (f"{number}-{count}" for count in itertools.count())
        self.own = Namespace("default" if number == 0 else f"own-{number}")
        self.forks = [Namespace(f"fork-{number}-{each}") for each in range(FORKS)]
        self.borrowed = Namespace(f"borrowed-{number}")
        self.namespaces = [self.own, *self.forks, self.borrowed]
        # The state in the snapshot of its own namespace, if there is one.
        self.kept = None
        self.acts = collections.Counter()

    def begin(self, endpoint):
        """Continues with a server that has just started."""
        self.endpoint = endpoint
        self.connections = {}
        self.kept = None

    def end(self):
        for connection in self.connections.values():
            connection.close()

    def work_until_killed(self, kill_after, others):
        self.others = others
        try:
            while True:
                act, = self.random.choices(list(ACTS), ACTS.values())
                getattr(self, act)()
                self.acts[act] += 1
                if act in COUNTED:
                    kill_after.acknowledged()
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self.end()

    # --- Requests -----------------------------------------------------------------------------------------

    def connection(self, *namespace):
        if namespace not in self.connections:
            self.connections[namespace] = PlainConnection(self.endpoint, *namespace)
        return self.connections[namespace]

    def call(self, namespace, operation, **request):
        """Calls an operation. Names the namespace by the path or by the header, at random."""
        by_header = self.random.random() < 0.5
        return self.connection(namespace.name, by_header).call(operation, **request)

    def tell(self, method, path, body=None, allowed=(200,)):
        status, answer = self.connection("default").ask(method, "/_tailrace/namespaces" + path, body)
        if status not in allowed:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return status

    def change(self, namespace, after, send, *arguments, **request):
        """Calls `send`, whose request brings a namespace into the state `after`."""
        namespace.states.append(after)
        send(*arguments, **request)
        namespace.acknowledged += 1

    def read(self, namespace):
        """Returns the state that a namespace is in."""
        if self.call(namespace, "ListTables")["TableNames"] == []:
            return None
        table, index = ({item["pk"]["S"]: item["value"]["S"] for item in self.call(
            namespace, "Scan", TableName="songs", **of)["Items"]} for of in ({}, {"IndexName": "by-value"}))
        if table != index:
            raise AssertionError(f"{namespace.name} has {table} in its table and {index} in the index")
        return table

    def check(self, namespace):
        """Checks the state. Returns whether a request without an answer was carried out, or None without
        such a request."""
        found, possible = self.read(namespace), namespace.possible()
        if found not in possible:
            raise AssertionError(f"{namespace.name} has {found}, but can only have one of {possible}")
        namespace.found([found])
        return None if len(possible) == 1 else found != possible[0]

    def check_all(self):
        try:
            return [self.check(namespace) for namespace in self.namespaces]
        finally:
            self.end()

    # --- Acts ---------------------------------------------------------------------------------------------

    def some_namespace(self):
        """Returns any namespace that has a table. If there is none, creates a table in its own namespace."""
        known = [each for each in self.namespaces if each.now() is not None]
        return self.random.choice(known) if known else self.with_table()

    def with_table(self):
        """Returns its own namespace, in which it first creates the table if necessary."""
        if self.own.now() is None:
            self.change(self.own, {}, self.call, self.own, "CreateTable", TableName="songs",
                        BillingMode="PAY_PER_REQUEST",
                        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}
                                              for name in ("pk", "value")],
                        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                        GlobalSecondaryIndexes=[{
                            "IndexName": "by-value", "Projection": {"ProjectionType": "ALL"},
                            "KeySchema": [{"AttributeName": "value", "KeyType": "HASH"}]}])
        return self.own

    def put(self):
        namespace, key, value = self.some_namespace(), self.random.choice(KEYS), next(self.values)
        self.change(namespace, {**namespace.now(), key: value}, self.call, namespace, "PutItem",
                    TableName="songs", Item={"pk": {"S": key}, "value": {"S": value}})

    def delete(self):
        namespace, key = self.some_namespace(), self.random.choice(KEYS)
        after = {each: value for each, value in namespace.now().items() if each != key}
        self.change(namespace, after, self.call, namespace, "DeleteItem", TableName="songs",
                    Key={"pk": {"S": key}})

    def transact(self):
        namespace = self.some_namespace()
        written = {key: next(self.values) for key in self.random.sample(KEYS, 2)}
        self.change(namespace, {**namespace.now(), **written}, self.call, namespace, "TransactWriteItems",
                    TransactItems=[{"Put": {"TableName": "songs", "Item": {
                        "pk": {"S": key}, "value": {"S": value}}}} for key, value in written.items()])

    def look(self):
        namespace = self.some_namespace()
        found, expected = self.read(namespace), namespace.now()
        if found != expected:
            raise AssertionError(f"{namespace.name} has {found} instead of {expected}")

    def keep(self):
        own = self.with_table()
        self.tell("POST", f"/{own.name}/snapshots", {"Name": "kept"})
        self.kept = own.now()

    def restore(self):
        if self.kept is None:
            self.keep()
        self.change(self.own, self.kept, self.tell, "POST", f"/{self.own.name}/restore", {"Name": "kept"})

    def empty(self):
        own = self.with_table()
        self.change(own, {}, self.tell, "POST", f"/{own.name}/reset", {"Items": True})

    def remove(self):
        """Removes its own namespace. The default namespace cannot be removed, so it is reset."""
        own = self.with_table()
        self.kept = None
        if own.name == "default":
            self.change(own, None, self.tell, "POST", "/default/reset")
        else:
            self.remove_one(own)

    def remove_one(self, namespace):
        """Removes a namespace, which may have no table or may not exist."""
        self.change(namespace, None, self.tell, "DELETE", "/" + namespace.name, allowed=(200, 404))

    def fork(self):
        own, fork = self.with_table(), self.random.choice(self.forks)
        self.remove_one(fork)
        self.change(fork, own.now(), self.tell, "POST", "", {"Name": fork.name, "From": own.name})

    def borrow(self):
        """Forks a namespace while its own client changes it. The fork has all that was acknowledged by
        then."""
        self.remove_one(self.borrowed)
        lender = self.random.choice(self.others).own
        since = lender.acknowledged
        try:
            status = self.tell("POST", "", {"Name": self.borrowed.name, "From": lender.name}, (200, 404))
        except (OSError, http.client.HTTPException):
            self.borrowed.found([None, *lender.states[since:]])
            raise
        self.borrowed.found(lender.states[since:] if status == 200 else [None])
        if status == 404 and None not in lender.states[since:]:
            raise AssertionError(f"{lender.name} cannot be forked, but is there")
        self.check(self.borrowed)


class NamespaceKillTest(KillCase):
    """Many rounds of changes, kills and restarts, all on one database file."""

    def start(self):
        self.tailrace = Tailrace(self.executable, self.folder / "songs.db",
                                 options=["--namespace-idle", str(IDLE_SECONDS)])

    def test_each_namespace_has_what_was_acknowledged_in_it(self):
        print(f"{ROUNDS} rounds, seed {SEED}", flush=True)
        moments = random.Random(SEED)
        clients = [Client(number) for number in range(CLIENTS)]
        unanswered = collections.Counter()
        for number in range(ROUNDS):
            self.start()
            unanswered.update(self.check(clients))
            self.work_and_kill(clients, moments, number)
        self.start()
        unanswered.update(self.check(clients))
        self.assertEqual(self.tailrace.stop(), 0, self.tailrace.describe())
        self.assertGreater(unanswered[True] + unanswered[False], 0, "no kill met a request under way")
        acts = sum((client.acts for client in clients), collections.Counter())
        print(f"{dict(acts)}; without an answer, and carried out: {unanswered[True]}, or not: "
              f"{unanswered[False]}", flush=True)

    def check(self, clients):
        """Checks all namespaces, and counts the answers of Client.check()."""
        for client in clients:
            client.begin(self.tailrace.endpoint)
        with ThreadPoolExecutor(CLIENTS) as executor:
            found = [executor.submit(client.check_all) for client in clients]
        return collections.Counter(answer for each in found for answer in each.result())

    def work_and_kill(self, clients, moments, number):
        """Runs all clients at once until the server is gone."""
        by_time = number % 3 == 2
        kill_after = KillAfter(self.tailrace, 0 if by_time else moments.randint(1, MOST_COUNTED))
        for client in clients:
            client.begin(self.tailrace.endpoint)
        seconds = moments.uniform(0, LONG_SECONDS if number % 12 == 5 else MOST_SECONDS) if by_time else None
        self.run_until_killed([(client.work_until_killed, kill_after,
                                [each for each in clients if each is not client])
                               for client in clients], seconds)


if __name__ == "__main__":
    run_tests(NamespaceKillTest)
