"""What the tests of clients written in Python share: a Tailrace for each test, and one main."""

import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, Tailrace, run_tests

AWS_CLI = "/usr/bin/aws"
REGION = "ca-central-1"
LAMBDA_REGION = "us-east-1"
ACCOUNT_ID = "000000000000"


class ClientCase(unittest.TestCase):
    """A test with `tailrace`, a Tailrace in memory. main() sets `executable`."""

    executable = None
    options = ()
    maxDiff = None

    def setUp(self):
        self.tailrace = Tailrace(self.executable, options=self.options)
        self.addCleanup(self.stop_tailrace)

    def stop_tailrace(self):
        self.assertEqual(self.tailrace.stop(), 0, self.tailrace.describe())


def table_arn(table_name):
    """Returns the ARN of a table; the account is Tailrace's default."""
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT_ID}:table/{table_name}"


def aws_json(tailrace, service, *arguments):
    """Runs `aws SERVICE` and returns the JSON that it prints."""
    environment = {
        "PATH": DEBIAN_PATH, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": LAMBDA_REGION if service == "lambda" else REGION,
    }
    command = [AWS_CLI, "--endpoint-url", tailrace.endpoint, service, *arguments]
    return json.loads(subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE).stdout)


def main():
    """Runs the tests of a module. The first argument is the path of the tailrace executable."""
    run_tests(ClientCase)
