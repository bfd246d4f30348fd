"""postgres_store_test.py STORAGE_TEST: starts a PostgreSQL and runs the tests that need one."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from local_services import PostgreSQL


def main(*command):
    postgresql = PostgreSQL()
    try:
        environment = {**os.environ, "TAILRACE_TEST_POSTGRESQL": postgresql.url}
        return subprocess.run([*command, "[.postgresql]"], env=environment, check=False).returncode
    finally:
        postgresql.stop()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
