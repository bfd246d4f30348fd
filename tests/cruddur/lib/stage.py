"""Runs the scripts and asks the server, and prints both as a person sees them at a terminal."""

import json
import shlex
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

BIN = Path(__file__).resolve().parents[1] / "bin"
PATIENCE_SECONDS = 60


class StepFailed(Exception):
    """A step went wrong; the text says how."""


def must(condition, otherwise):
    """Fails the step with a text unless a condition holds."""
    if not condition:
        raise StepFailed(otherwise)


def say(*lines):
    for line in lines:
        print(line, flush=True)


class Stage:
    """Runs scripts of bin/ in the environment of this process, and asks the server at `endpoint`."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.step = 0

    def begin(self, title):
        """Prints the title of the next step."""
        self.step += 1
        say("", f"{self.step}. {title}")

    def run(self, script, *arguments):
        """Runs a script, which must succeed, and returns what it printed. Prints only the command."""
        say("$ " + shlex.join([f"bin/{script}", *arguments]))
        done = subprocess.run(
            [BIN / script, *arguments], stdout=subprocess.PIPE, encoding="utf-8", check=False)
        must(done.returncode == 0, f"{script} ended with status {done.returncode}")
        return done.stdout

    def show(self, script, *arguments):
        """Runs a script, prints what it prints, and returns the lines."""
        lines = self.run(script, *arguments).splitlines()
        say(*lines)
        return lines

    def query(self, script, *arguments):
        """Runs a script that prints a response, the consumed capacity, and lines under a title.

        Returns the response and the lines. Prints all but the response, which is long.
        """
        printed = self.run(script, *arguments).removeprefix("response:\n")
        response, rest = printed.split("consumed capacity:\n")
        capacity, *lines = rest.splitlines()
        say(f"consumed capacity: {capacity}", *lines)
        return json.loads(response), lines[1:]

    def ask(self, method, path, body=None):
        """Asks one of the server's own endpoints under /_tailrace. Prints and returns the answer."""
        shown = json.dumps(body) if body else ""
        say(f"{method} {path} {shown}".rstrip())
        answer = self.quietly(method, path, body)
        say(json.dumps(answer))
        return answer

    def quietly(self, method, path, body=None):
        """Does what ask() does, but prints nothing."""
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self.endpoint + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace").strip()
            raise StepFailed(f"{method} {path} was answered {error.code} {text}") from None
        except (urllib.error.URLError, ValueError) as error:
            raise StepFailed(f"no Tailrace answers at {self.endpoint}: {error}") from None
