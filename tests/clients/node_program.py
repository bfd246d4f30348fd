#!/usr/bin/python3
"""Runs the tests of a JavaScript program with Node.js's own test runner, against their own Tailrace.

    node_program.py TAILRACE_EXECUTABLE PROGRAM [tls] [OPTION OF TAILRACE]...

The program finds the server through the environment variables of AWS's SDKs, and its executable through
TAILRACE_EXECUTABLE. It sees none of this user's settings. With `tls` they speak TLS, and Node.js is told to
trust the server. Exit code 77 means that the program's packages are missing because there was no network.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import DEBIAN_PATH, Tailrace

PROGRAM_SECONDS = 120
SKIPPED = 77


def main():
    if len(sys.argv) < 3:
        raise SystemExit(f"usage: {sys.argv[0]} TAILRACE_EXECUTABLE PROGRAM [tls] [OPTION OF TAILRACE]...")
    speaks_tls = sys.argv[3:4] == ["tls"]
    if not (Path(sys.argv[2]).parent / "node_modules" / ".tailrace-installed").exists():
        print("skipped: the packages of tests/clients/package-lock.json are not installed")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="tailrace-clients-") as home:
        options = sys.argv[4 if speaks_tls else 3:]
        if speaks_tls:
            options += ["--tls", "self-signed", "--tls-folder", f"{home}/tls"]
        tailrace = Tailrace(sys.argv[1], options=options)
        environment = {
            "PATH": DEBIAN_PATH,
            "HOME": home,
            "AWS_ENDPOINT_URL": tailrace.endpoint,
            "TAILRACE_EXECUTABLE": str(Path(sys.argv[1]).resolve()),
            "AWS_REGION": "ca-central-1",
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            **({"NODE_EXTRA_CA_CERTS": f"{home}/tls/tailrace-ca.pem"} if speaks_tls else {}),
        }
        try:
            program = subprocess.run(
                ["node", "--test", sys.argv[2]], env=environment, timeout=PROGRAM_SECONDS, check=False
            )
        finally:
            status = tailrace.stop()
    if status != 0:
        raise SystemExit(f"the server ended with {status}: {tailrace.describe()}")
    return program.returncode


if __name__ == "__main__":
    sys.exit(main())
