"""dynamodb-admin's page for a new table, filled in and submitted in a real browser, with Tailrace in the
place of DynamoDB Local. The page sends the numbers of its form as strings.

    admin_test.py TAILRACE_EXECUTABLE FOLDER_OF_NPM_PACKAGES

Exit code 77 means that there is no Chromium, or that the packages are not installed.
"""

import os
import sys
import unittest
from pathlib import Path

import browser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, ServiceProcess, Tailrace

PAGE = Path(__file__).resolve().parent / "admin_page.js"
READY = r"dynamodb-admin listening on http://127\.0\.0\.1:(\d+)"


class AdminTest(unittest.TestCase):
    executable = packages = None

    def table_made_by_page(self, *options):
        """Creates a table on the page. Returns what the page then shows, and the server."""
        server = Tailrace(self.executable, options=options)
        self.addCleanup(server.stop)
        program = self.packages / "node_modules" / "dynamodb-admin" / "dist" / "dynamodb-admin.js"
        command = ["node", str(program), "--host", "127.0.0.1", "--port", "0", "--dynamo-endpoint",
                   server.endpoint]
        admin = ServiceProcess(command, READY, env={"PATH": DEBIAN_PATH, "HOME": os.environ["HOME"]})
        self.addCleanup(admin.kill)
        with browser.PageServer(PAGE.read_bytes(), int(admin.ready.group(1))) as pages:
            return browser.seen_by_page(pages, f"http://localhost:{pages.port}/page").strip(), server

    def test_a_table_is_made(self):
        shown, server = self.table_made_by_page("--as-dynamodb-local")
        self.assertEqual(shown, "music")
        table = server.client().describe_table(TableName="music")["Table"]
        self.assertEqual(table["KeySchema"], [{"AttributeName": "artist", "KeyType": "HASH"},
                                              {"AttributeName": "song", "KeyType": "RANGE"}])
        throughput = [each["ProvisionedThroughput"] for each in (table, *table["GlobalSecondaryIndexes"])]
        self.assertEqual([(each["ReadCapacityUnits"], each["WriteCapacityUnits"]) for each in throughput],
                         [(7, 3), (5, 6)])

    # AWS refuses them too.
    def test_strings_are_not_numbers_otherwise(self):
        shown, server = self.table_made_by_page()
        self.assertEqual(shown, "STRING_VALUE cannot be converted to Long")
        self.assertEqual(server.client().list_tables()["TableNames"], [])


if __name__ == "__main__":
    sys.exit(browser.run_tests(AdminTest, needs_packages=True))
