"""A case with one PostgreSQL for all its tests, and servers that each test starts."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from local_services import PostgreSQL, Tailrace
from plain_connection import PlainConnection


class PostgreSQLCase(unittest.TestCase):
    """`folder` is each test's own, and so is the schema at `url`. main() sets `executable`, the path of the
    tailrace program."""

    executable = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.postgresql = PostgreSQL()

    @classmethod
    def tearDownClass(cls):
        cls.postgresql.stop()

    def setUp(self):
        self.servers = []
        folder = tempfile.TemporaryDirectory(prefix="tailrace-postgresql-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.schema = self.id().rpartition(".")[2][:60]
        self.url = f"{self.postgresql.url}?schema={self.schema}"
        self.addCleanup(self.stop_servers)

    def stop_servers(self):
        for each in self.servers:
            if each.running():
                each.stop()

    def serve(self, *options, on_stream=(), url=None):
        """Starts a server on the tables of this test, or on those at `url`."""
        self.servers.append(Tailrace(self.executable, url or self.url, on_stream, options))
        return self.servers[-1]

    def connect(self, server, namespace="default"):
        """A connection that is closed after the test."""
        connection = PlainConnection(server.endpoint, namespace)
        self.addCleanup(connection.close)
        return connection
