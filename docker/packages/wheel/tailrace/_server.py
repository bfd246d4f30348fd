"""A server for as long as a test or a program needs it."""

import atexit
import os
import re
import subprocess
import sys
import threading
from datetime import datetime
from types import TracebackType
from typing import IO, Dict, List, Optional, Sequence, Tuple, Type, Union

from tailrace._executable import find_executable
from tailrace._namespace import Connection, Namespace, TailraceError, time_text

Option = Union[None, bool, int, float, str, datetime, "os.PathLike[str]"]

_READY = re.compile(r"listens on (https?)://(\S+):(\d+)")
# With the option tls, the server prints this line before the one above.
_AUTHORITY = re.compile(r"^CA certificate: (.*) \(for ")
_KEPT_LINES = 100
_LAST_WORDS_SECONDS = 2
# Addresses that mean every interface, and the addresses to which clients connect instead.
_REACHABLE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}


def _text(value: Option) -> str:
    if isinstance(value, datetime):
        return time_text(value)
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


class Tailrace(Namespace):
    """A running server; as a namespace, it is the default one. As a context manager it stops at the end of
    the block."""

    port: int
    #: With the option tls, the file with the CA's certificate, which clients have to trust.
    ca_file: Optional[str] = None

    def __init__(self, process: "subprocess.Popen[str]", token: Optional[str]) -> None:
        assert process.stdout is not None and process.stderr is not None
        self._process = process
        self._is_stopped = False
        self._lock = threading.Lock()
        self._errors = _Printed(process.stderr, "stderr")
        try:
            scheme, host, self.port = self._ready(process.stdout)
        except BaseException:
            process.kill()
            process.wait()
            process.stdout.close()
            self._errors.join()
            raise
        super().__init__(Connection(host, self.port, token, self._check_is_there, scheme), "default")
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

    def __enter__(self) -> "Tailrace":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.stop()

    def _ready(self, output: IO[str]) -> Tuple[str, str, int]:
        """Returns the scheme, host and port that the server prints once it listens."""
        for line in output:
            authority = _AUTHORITY.search(line)
            if authority:
                self.ca_file = authority.group(1)
            found = _READY.search(line)
            if found:
                scheme, host, port = found.groups()
                return scheme, _REACHABLE.get(host, host), int(port)
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
