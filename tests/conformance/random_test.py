"""random_test.py RUNNER SERVER: a Tailrace in memory and one on a file answer random requests alike."""

import subprocess
import sys
import tempfile

from suite_test import serve, stop

REQUESTS = 3000
SEED = 20261121


def main(runner, executable):
    with tempfile.TemporaryDirectory() as folder:
        servers = []
        try:
            for options in ([], ["--db-path", f"{folder}/random.db"]):
                servers.append(serve([executable, "--port", "0", *options]))
            (_, first), (_, second) = servers
            run = subprocess.run([runner, "--endpoint", first, "--against", second, "--random", str(REQUESTS),
                                  "--seed", str(SEED)], check=False)
        finally:
            for server, _ in servers:
                stop(server)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
