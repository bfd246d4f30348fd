"""suite_test.py RUNNER SERVER: runs the conformance suite on tables in PostgreSQL: against one process, and
split over two, each of which answers every other request."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from local_services import PostgreSQL, Tailrace
from round_robin import RoundRobin

# What the runner signs with.
KEY_PAIR = "conformance=conformance"


def run(runner, endpoint):
    return subprocess.run([runner, "--endpoint", endpoint, "--name", "tailrace"], check=False).returncode


def main(runner, executable):
    postgresql = PostgreSQL()
    servers = []

    def serve(schema):
        servers.append(Tailrace(executable, f"{postgresql.url}?schema={schema}",
                                options=["--verify-signatures", KEY_PAIR]))
        return servers[-1].endpoint

    try:
        alone = run(runner, serve("alone"))
        both = run(runner, RoundRobin([serve("shared"), serve("shared")]).endpoint)
        return alone or both
    finally:
        for each in servers:
            each.stop()
        postgresql.stop()


if __name__ == "__main__":
    sys.exit(main(*(os.path.abspath(argument) for argument in sys.argv[1:])))
