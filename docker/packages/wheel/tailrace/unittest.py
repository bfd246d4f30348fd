"""A test case of Python's own unittest whose tests have tables of their own."""

import os
import unittest
from typing import Any, ClassVar, Dict
from unittest import mock

import tailrace


class TestCase(unittest.TestCase):
    """Each class has a server, and each test a namespace with a copy of what seed_dynamodb() has made. While
    a test runs, AWS's SDKs find the namespace through the environment. A class with a setUp() or setUpClass()
    of its own calls this class's first."""

    #: The options of tailrace.start().
    dynamodb_options: ClassVar[Dict[str, Any]] = {}
    #: The namespace of the test that runs.
    dynamodb: tailrace.Namespace
    _seeded: ClassVar[tailrace.Namespace]

    @classmethod
    def seed_dynamodb(cls, server: tailrace.Tailrace) -> None:
        """Makes what every test of the class begins with. This one makes nothing."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        server = tailrace.start(**cls.dynamodb_options)
        cls.addClassCleanup(server.stop)
        cls.seed_dynamodb(server)
        # A record that no function has handled yet would be handled again in each fork.
        server.settle()
        cls._seeded = server.fork("seed")

    def setUp(self) -> None:
        super().setUp()
        self.dynamodb = self._seeded.fork()
        self.addCleanup(self.dynamodb.remove)
        environment = mock.patch.dict(os.environ, self.dynamodb.environment())
        environment.start()
        self.addCleanup(environment.stop)
