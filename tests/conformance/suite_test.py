"""suite_test.py RUNNER SERVER [SERVER'S OPTIONS]: runs the whole suite against a new Tailrace that verifies
signatures.

In the server's options FOLDER stands for a folder that exists while the server runs.
"""

import signal
import subprocess
import sys
import tempfile

READY = "listens on "
# What the runner signs with.
KEY_PAIR = "conformance=conformance"
STOP_SECONDS = 30


def serve(command):
    """Starts the server and waits until it can be reached. Returns it and its URL."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for line in server.stdout:
        if READY in line:
            return server, line.split(READY)[1].split()[0]
    raise SystemExit(f"{command} ended before it was ready")


def stop(server):
    server.send_signal(signal.SIGINT)
    server.wait(STOP_SECONDS)


def main(runner, executable, *options):
    with tempfile.TemporaryDirectory() as folder:
        wanted = [option.replace("FOLDER", folder) for option in options]
        server, address = serve([executable, "--port", "0", "--verify-signatures", KEY_PAIR, *wanted])
        try:
            run = subprocess.run([runner, "--endpoint", address, "--name", "tailrace"], check=False)
        finally:
            stop(server)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
