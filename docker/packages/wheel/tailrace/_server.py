"""A server for as long as a test or a program needs it."""

import atexit
import http.client
import json
import os
import re
import subprocess
import sys
import threading
from datetime import datetime, timezone
from types import TracebackType
from typing import IO, Any, Dict, List, Optional, Sequence, Tuple, Type, Union

from tailrace._executable import find_executable

Option = Union[None, bool, int, float, str, datetime, "os.PathLike[str]"]

_READY = re.compile(r"listens on http://(\S+):(\d+)")
_KEPT_LINES = 100
_LAST_WORDS_SECONDS = 2
# Addresses that mean every interface, and the addresses to which clients connect instead.
_REACHABLE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}


class TailraceError(Exception):
    """The server did not start, did not do what it was asked, or has failed. The message is the server's."""


def _text(value: Option) -> str:
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone, so it is another moment on another machine; give "
                             "it one, such as datetime.timezone.utc")
        return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)


def _arguments(options: Dict[str, Union[Option, Sequence[Option]]]) -> List[str]:
    """Turns options into arguments: db_path="music.db" becomes --db-path=music.db, no_cors=True becomes
    --no-cors, and on_stream=[a, b] becomes one argument for each. What is False or None is left out."""
    arguments = []
    for name, value in options.items():
        if name != name.lower():
            meant = re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), name)
            raise TypeError(f"unknown option {name}; did you mean {meant}?")
        option = "--" + name.replace("_", "-")
        for each in value if isinstance(value, (list, tuple)) else [value]:
            if each is True:
                arguments.append(option)
            elif each is not None and each is not False:
                arguments.append(f"{option}={_text(each)}")
    return arguments


class _Printed:
    """What the server prints to a stream, read by a thread of its own. Keeps the last of it, and passes on
    what comes after the start."""

    def __init__(self, stream: IO[str], name: str) -> None:
        self.lines: List[str] = []
        self._stream = stream
        self._name = name
        self._passes_on = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def text(self) -> str:
        return "".join(self.lines).strip()

    def pass_on(self) -> None:
        with self._lock:
            self._passes_on = True
            self._write(self.lines)

    def join(self) -> None:
        """Waits for the rest of it, unless a process that a function has started keeps the stream open."""
        self._thread.join(_LAST_WORDS_SECONDS)
        if not self._thread.is_alive():
            self._stream.close()

    def _read(self) -> None:
        for line in self._stream:
            with self._lock:
                self.lines = [*self.lines[1 - _KEPT_LINES:], line]
                if self._passes_on:
                    self._write([line])

    def _write(self, lines: List[str]) -> None:
        # Looked up each time, because pytest replaces the streams.
        stream = getattr(sys, self._name)
        if stream is not None and not stream.closed:
            stream.writelines(lines)


def _moment(answer: Dict[str, Any]) -> datetime:
    return datetime.fromisoformat(answer["Now"].replace("Z", "+00:00"))


class Clock:
    """The server's time. Moving it requires the option manual_clock."""

    def __init__(self, server: "Tailrace") -> None:
        self._server = server

    def now(self) -> datetime:
        return _moment(self._server._ask("GET", "/_tailrace/clock"))

    def advance(self, seconds: float) -> datetime:
        """Moves the clock forward; returns the new time."""
        return _moment(self._server._ask("POST", "/_tailrace/clock", {"Seconds": seconds}))

    def set(self, time: Union[str, datetime]) -> datetime:
        """Moves the clock to a time that is not in the past; returns it. A datetime must have a time zone;
        text is in UTC, "2026-01-31T12:00:00Z"."""
        return _moment(self._server._ask("POST", "/_tailrace/clock", {"Now": _text(time)}))


class Tailrace:
    """A running server. As a context manager it stops at the end of the block."""

    #: Its URL, for `endpoint_url` of boto3: http://127.0.0.1:40123.
    endpoint: str
    port: int
    clock: Clock

    def __init__(self, process: "subprocess.Popen[str]", token: Optional[str]) -> None:
        assert process.stdout is not None and process.stderr is not None
        self._process = process
        self._token = token
        self._is_stopped = False
        self._lock = threading.Lock()
        self._errors = _Printed(process.stderr, "stderr")
        try:
            self._host, self.port = self._ready(process.stdout)
        except BaseException:
            process.kill()
            process.wait()
            process.stdout.close()
            self._errors.join()
            raise
        self.endpoint = f"http://{self._host}:{self.port}"
        self.clock = Clock(self)
        self._output = _Printed(process.stdout, "stdout")
        self._output.pass_on()
        self._errors.pass_on()
        atexit.register(self._end)

    def stop(self) -> None:
        """Ends the server and waits until it has ended. Raises TailraceError if it has failed."""
        atexit.unregister(self._end)
        self._is_stopped = True
        self._end()
        if self._process.returncode != 0:
            raise self._failure()

    def drain(self, timeout_seconds: Optional[int] = None) -> Dict[str, Any]:
        """Waits until each function on a stream has handled what was written before. Returns the server's
        answer. Its Unread, if present, lists the mappings that were not waited for. Raises TailraceError with
        the reason if a function has not done so after `timeout_seconds` (30 by default)."""
        query = "" if timeout_seconds is None else f"?timeout_seconds={timeout_seconds}"
        return self._ask("POST", f"/_tailrace/streams/drain{query}")

    def settle(self, timeout_seconds: Optional[int] = None, table_name: Optional[str] = None,
               advance_seconds: Optional[float] = None) -> Dict[str, Any]:
        """Waits until nothing is left to do: the functions have handled everything, including what they wrote
        themselves, expired items are removed, and no table is in transition. With `table_name` it looks only
        at that table. With `advance_seconds` it moves a manual clock to what is due next, by at most that
        much. Returns the server's answer. Raises TailraceError with the reason if something is stuck."""
        query = "" if timeout_seconds is None else f"?timeout_seconds={timeout_seconds}"
        body: Dict[str, Any] = {}
        if table_name is not None:
            body["TableName"] = table_name
        if advance_seconds is not None:
            body.update(AdvanceClock=True, AtMostSeconds=advance_seconds)
        return self._ask("POST", f"/_tailrace/settle{query}", body)

    def __enter__(self) -> "Tailrace":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.stop()

    def _ready(self, output: IO[str]) -> Tuple[str, int]:
        """Returns the host and port that the server prints once it listens."""
        for line in output:
            found = _READY.search(line)
            if found:
                return _REACHABLE.get(found.group(1), found.group(1)), int(found.group(2))
        code = self._process.wait()
        self._errors.join()
        raise TailraceError(self._errors.text() or f"tailrace ended with {code}")

    def _failure(self) -> TailraceError:
        return TailraceError(f"tailrace ended with {self._process.returncode}. {self._errors.text()}".strip())

    def _check_is_there(self) -> None:
        if self._is_stopped:
            raise TailraceError("The server was stopped.")
        if self._process.poll() is not None:
            self._errors.join()
            raise self._failure()

    def _end(self) -> None:
        with self._lock:
            if self._process.poll() is None:
                self._process.terminate()
                self._process.wait()
        self._output.join()
        self._errors.join()

    def _ask(self, method: str, path: str, body: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
        """Returns the answer of one of Tailrace's own endpoints."""
        self._check_is_there()
        connection = http.client.HTTPConnection(self._host.strip("[]"), self.port)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"X-Tailrace-Token": self._token} if self._token else {})
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self._check_is_there()
            raise
        finally:
            connection.close()
        try:
            answer: Dict[str, Any] = json.loads(text)
        except ValueError:
            answer = {"message": f"{method} {path} was answered {response.status} {text}"}
        if response.status != 200:
            raise TailraceError(answer.get("message", text))
        return answer


def start(port: int = 0, *, admin_token: Optional[str] = None, cache_token: Optional[str] = None,
          **options: Union[Option, Sequence[Option]]) -> Tailrace:
    """Starts a server and returns when it accepts requests.

    Port 0 means any free port. The options are those of the command line, `tailrace --help`: `db_path` is
    --db-path, and an option that may be repeated there may be a list here. Raises TailraceError with what the
    server says if it does not start. The server ends with this process.
    """
    token = admin_token or os.environ.get("TAILRACE_ADMIN_TOKEN")
    environment = {**os.environ, "TAILRACE_EXIT_WITH_PARENT": str(os.getpid())}
    # The command line contains no token, because others can see it.
    if token:
        environment["TAILRACE_ADMIN_TOKEN"] = token
    if cache_token:
        environment["TAILRACE_CACHE_TOKEN"] = cache_token
    process = subprocess.Popen(
        [find_executable(), *_arguments({"port": port, **options})], env=environment, encoding="utf-8",
        errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return Tailrace(process, token)
