"""What the tests of clients written in Python share: a Tailrace for each test, and one main."""

import os
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import Tailrace

REGION = "ca-central-1"
ACCOUNT_ID = "000000000000"


class ClientCase(unittest.TestCase):
    """A test with `tailrace`, a Tailrace in memory. main() sets `executable`."""

    executable = None
    maxDiff = None

    def setUp(self):
        self.tailrace = Tailrace(self.executable)
        self.addCleanup(self.stop_tailrace)

    def stop_tailrace(self):
        self.assertEqual(self.tailrace.stop(), 0, self.tailrace.describe())


def table_arn(table_name):
    """Returns the ARN of a table; the account is Tailrace's default."""
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT_ID}:table/{table_name}"


def main():
    """Runs the tests of a module. The first argument is the path of the tailrace executable."""
    if len(sys.argv) < 2 or not os.access(sys.argv[1], os.X_OK):
        raise SystemExit(f"usage: {sys.argv[0]} TAILRACE_EXECUTABLE [TEST]...")
    ClientCase.executable = sys.argv.pop(1)
    unittest.main(verbosity=2)
