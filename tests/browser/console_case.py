"""What the tests of the console share: a server, a browser, and the way into a view."""

import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import devtools

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, Tailrace

# What runs the code that the console shows.
PROGRAMS = {"AWS CLI": ["bash", "-s"], "curl": ["bash", "-s"], "boto3": ["/usr/bin/python3", "-"],
            "Python": ["/usr/bin/python3", "-"], "JavaScript": ["node", "--input-type=module", "-"]}


class ConsoleCase(unittest.TestCase):
    """Each test has a server of its own; the browser is shared."""

    executable = packages = None
    OPTIONS = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.browser = devtools.Browser().__enter__()
        cls.addClassCleanup(cls.browser.__exit__)

    def setUp(self):
        self.serve(*self.OPTIONS)

    def serve(self, *options):
        self.server = Tailrace(self.executable, options=options)
        self.addCleanup(self.server.stop)
        self.dynamodb = self.server.client()

    def open(self, address="", **page):
        """Opens the console in a page of its own, at an address such as "#/tables"."""
        opened = self.browser.page(**page)
        opened.open(f"{self.server.endpoint}/_tailrace/console{address}")
        self.addCleanup(opened.close)
        return opened

    def printed(self, language, code):
        """Runs code that the console shows, and returns what it prints."""
        keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "us-east-1"}
        environment = {"PATH": DEBIAN_PATH, "HOME": os.environ["HOME"], **keys}
        if not shutil.which("aws", path=DEBIAN_PATH) and code.startswith("aws "):
            raise unittest.SkipTest("the AWS CLI is not installed")
        done = subprocess.run(PROGRAMS[language], input=code, capture_output=True, text=True, env=environment,
                              cwd=self.packages, check=False)
        return done.stdout or done.stderr

    def make_table(self, name="music", keys=("artist", "song"), types=("S", "S"), **more):
        kinds = ("HASH", "RANGE")
        self.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds)],
            **{"AttributeDefinitions": [{"AttributeName": key, "AttributeType": kind}
                                        for key, kind in zip(keys, types)],
               "BillingMode": "PAY_PER_REQUEST", **more})
