"""What a test does with a server over HTTP: with all of it, or with one of its namespaces."""

import http.client
import json
import os
import uuid
from datetime import datetime, timezone
from types import TracebackType
from typing import Any, Callable, Dict, List, Optional, Sequence, Type, Union
from urllib.parse import quote, unquote, urlencode, urlsplit

Json = Dict[str, Any]
Time = Union[str, datetime]

_DEFAULT = "default"
_OF_STREAMS = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
# The server wants a signature, as AWS does, and accepts any.
_SIGNATURE = {
    "X-Amz-Date": "20260131T120000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, "
                     "SignedHeaders=host, Signature=0",
}


class TailraceError(Exception):
    """The server did not start, did not do what it was asked, or has failed. The message is the server's.
    `name` is that of DynamoDB's exception, such as ResourceNotFoundException, or empty."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


def time_text(time: Time) -> str:
    """Returns a time as the server reads it. A datetime must have a time zone."""
    if not isinstance(time, datetime):
        return time
    if time.utcoffset() is None:
        raise ValueError(f"{time!r} has no time zone, so it is another moment on another machine; give "
                         "it one, such as datetime.timezone.utc")
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _moment(answer: Json) -> datetime:
    return datetime.fromisoformat(answer["Now"].replace("Z", "+00:00"))


def _query(**parameters: object) -> str:
    given = {name: value for name, value in parameters.items() if value is not None}
    return "?" + urlencode(given) if given else ""


def _failure(answer: Json, text: str) -> TailraceError:
    message = answer.get("message") or answer.get("Message") or text
    return TailraceError(message, str(answer.get("__type", "")).rpartition("#")[2])


class Connection:
    """A server's address. `check` raises an error if the server cannot be asked any more."""

    def __init__(self, host: str, port: int, token: Optional[str] = None,
                 check: Callable[[], None] = lambda: None, scheme: str = "http") -> None:
        self.origin = f"{scheme}://{host}:{port}"
        self._address = host.strip("[]"), port
        self._token = token
        self._check = check

    def ask(self, method: str, path: str, body: Any = None,
            headers: Optional[Dict[str, str]] = None) -> Json:
        """Returns the answer. Raises TailraceError with the server's message."""
        self._check()
        # A server that speaks TLS answers plain HTTP on the same port.
        connection = http.client.HTTPConnection(*self._address)
        token = {"X-Tailrace-Token": self._token} if self._token else {}
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {**token, **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException):
            self._check()
            raise
        finally:
            connection.close()
        try:
            answer: Json = json.loads(text)
        except ValueError:
            answer = {"message": f"{method} {path} was answered {response.status} {text}"}
        if response.status != 200:
            raise _failure(answer, text)
        return answer


class Clock:
    """The time of a namespace. Moving it requires the option manual_clock, or a fork with a clock."""

    def __init__(self, ask: Callable[..., Json]) -> None:
        self._ask = ask

    def now(self) -> datetime:
        return _moment(self._ask("GET", "/clock"))

    def advance(self, seconds: float) -> datetime:
        """Moves the clock forward; returns the new time."""
        return _moment(self._ask("POST", "/clock", {"Seconds": seconds}))

    def set(self, time: Time) -> datetime:
        """Moves the clock to a time that is not in the past; returns it. A datetime must have a time zone;
        text is in UTC, "2026-01-31T12:00:00Z"."""
        return _moment(self._ask("POST", "/clock", {"Now": time_text(time)}))


class Faults:
    """The scripted faults of a namespace. A rule has the members that GET /_tailrace/faults shows:
    {"Operation": "PutItem", "Times": 2, "Then": {"Error": "ThrottlingException"}}."""

    def __init__(self, ask: Callable[..., Json]) -> None:
        self._ask = ask

    def set(self, rules: Sequence[Json]) -> List[Json]:
        """Replaces all rules; returns them. If one of them is wrong, raises TailraceError and changes
        nothing."""
        return list(self._ask("PUT", "/faults", list(rules))["Rules"])

    def rules(self) -> List[Json]:
        """Returns the rules. Met says how often requests have met each rule, Applied how often it applied."""
        return list(self._ask("GET", "/faults")["Rules"])

    def clear(self) -> None:
        self._ask("DELETE", "/faults")


class Namespace:
    """One namespace of a server: a set of tables, streams, mappings and a clock. A handle costs nothing, and
    there may be several for one namespace. As a context manager it removes the namespace at the end."""

    #: The URL of the namespace, for `endpoint_url` of boto3: http://127.0.0.1:40123/~music.
    endpoint: str
    name: str
    clock: Clock
    faults: Faults

    def __init__(self, connection: Connection, name: str) -> None:
        self._connection = connection
        self._path = "" if name == _DEFAULT else "/~" + quote(name, safe="")
        self.name = name
        self.endpoint = connection.origin + self._path
        self.clock = Clock(self._ask)
        self.faults = Faults(self._ask)

    def call(self, operation: str, request: Optional[Json] = None) -> Json:
        """Runs an operation of DynamoDB or its streams with its request as JSON, for tests that need no SDK.
        Raises TailraceError."""
        service = "DynamoDBStreams" if operation in _OF_STREAMS else "DynamoDB"
        return self._connection.ask("POST", self._path + "/", request or {}, {
            **_SIGNATURE, "X-Amz-Target": f"{service}_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0"})

    def drain(self, timeout_seconds: Optional[int] = None) -> Json:
        """Waits until each function on a stream has handled what was written before. Returns the server's
        answer. Its Unread, if present, lists the mappings that were not waited for. Raises TailraceError with
        the reason if a function has not done so after `timeout_seconds` (30 by default)."""
        return self._ask("POST", "/streams/drain" + _query(timeout_seconds=timeout_seconds))

    def settle(self, timeout_seconds: Optional[int] = None, table_name: Optional[str] = None,
               advance_seconds: Optional[float] = None) -> Json:
        """Waits until nothing is left to do: the functions have handled everything, including what they wrote
        themselves, expired items are removed, and no table is in transition. With `table_name` it looks only
        at that table. With `advance_seconds` it moves a manual clock to what is due next, by at most that
        much. Returns the server's answer. Raises TailraceError with the reason if something is stuck."""
        body: Json = {}
        if table_name is not None:
            body["TableName"] = table_name
        if advance_seconds is not None:
            body.update(AdvanceClock=True, AtMostSeconds=advance_seconds)
        return self._ask("POST", "/settle" + _query(timeout_seconds=timeout_seconds), body)

    def sweep(self) -> int:
        """Removes expired items now; returns their number."""
        return int(self._ask("POST", "/ttl/sweep")["Removed"])

    def requests(self, operation: Optional[str] = None, table: Optional[str] = None,
                 status: Optional[int] = None) -> List[Json]:
        """Returns the last requests to DynamoDB's API, oldest first: Operation, TableName, Status,
        CapacityUnits and so on."""
        query = _query(operation=operation, table=table, status=status)
        return list(self._ask("GET", "/requests" + query)["Requests"])

    def forget_requests(self) -> int:
        """Forgets the requests; returns their number."""
        return int(self._ask("DELETE", "/requests")["Removed"])

    def throttle(self, settings: Union[Json, Sequence[Json]]) -> Json:
        """Limits the throughput of tables, in place of all earlier limits:
        {"TableName": "music", "WriteCapacityUnits": 1}. An empty list ends all limits."""
        return self._ask("PUT", "/throttle", settings)

    def throttled(self) -> Json:
        """Returns the limits, what is left, and how often requests were throttled."""
        return self._ask("GET", "/throttle")

    def lag(self, lags: Json) -> Json:
        """Lets reads show what was there a while ago: {"ReadLagMs": 500, "IndexLagMs": 2000}. An empty
        dictionary ends all lags."""
        return self._ask("PUT", "/consistency", lags)

    def lags(self) -> Json:
        """Returns the lags, and what is kept in memory for them."""
        return self._ask("GET", "/consistency")

    def fork(self, name: Optional[str] = None, clock: Optional[Time] = None) -> "Namespace":
        """Makes a namespace with a copy of everything in this one; neither sees what changes in the other.
        `clock` gives it a clock that moves on request and begins at this time; "real" is the machine's
        clock. Without a name it gets a name of its own."""
        made = self.namespace(name or str(uuid.uuid4()))
        request = {"Name": made.name, "From": self.name, "Clock": clock and time_text(clock)}
        self._connection.ask("POST", "/_tailrace/namespaces",
                             {each: value for each, value in request.items() if value})
        return made

    def snapshot(self, name: str) -> None:
        """Keeps a copy of everything under a name."""
        self._change("POST", "/snapshots", {"Name": name})

    def restore(self, name: str) -> None:
        """Goes back to a snapshot."""
        self._change("POST", "/restore", {"Name": name})

    def forget(self, snapshot: str) -> None:
        """Removes a snapshot."""
        self._change("DELETE", "/snapshots/" + quote(snapshot, safe=""))

    def reset(self, items: bool = False) -> None:
        """Removes everything; with `items`, only items and records."""
        self._change("POST", "/reset", {"Items": items})

    def remove(self) -> None:
        """Removes the namespace."""
        self._change("DELETE", "")

    def environment(self) -> Dict[str, str]:
        """Returns the environment variables with which AWS's SDKs find the namespace. Credentials and a
        region are among them only if this process has none."""
        names = ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_DYNAMODB_STREAMS")
        found = dict.fromkeys(names, self.endpoint)
        if not (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
            found.update(AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1")
        if not (os.environ.get("AWS_ACCESS_KEY_ID") or os.environ.get("AWS_PROFILE")):
            found.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")
        return found

    def namespace(self, name: str) -> "Namespace":
        """Returns a handle of another namespace of the same server, which need not exist yet."""
        return Namespace(self._connection, name)

    def namespaces(self) -> List[Json]:
        """Returns the namespaces of the server with their sizes."""
        return list(self._connection.ask("GET", "/_tailrace/namespaces")["Namespaces"])

    def __enter__(self) -> "Namespace":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        self.remove()

    def _ask(self, method: str, path: str, body: Any = None) -> Json:
        return self._connection.ask(method, self._path + "/_tailrace" + path, body)

    def _change(self, method: str, path: str, body: Any = None) -> None:
        """Asks an endpoint that changes this namespace as a whole."""
        self._connection.ask(method, f"/_tailrace/namespaces/{quote(self.name, safe='')}{path}", body)


def connect(endpoint: Optional[str] = None, *, admin_token: Optional[str] = None) -> Namespace:
    """Returns a handle of the namespace that a URL names: http://127.0.0.1:40123/~music, or without a path
    the default namespace. Without a URL it takes AWS_ENDPOINT_URL_DYNAMODB from the environment."""
    endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if not endpoint:
        raise ValueError("connect() takes the URL of a server; without one, it takes the URL from the "
                         "environment variable AWS_ENDPOINT_URL_DYNAMODB, which is not set")
    url = urlsplit(endpoint)
    path = url.path.rstrip("/")
    is_namespace = path.startswith("/~") and "/" not in path[2:] and len(path) > 2
    if url.scheme not in ("http", "https") or not url.hostname or (path and not is_namespace):
        raise ValueError(f"connect() takes http://HOST:PORT or http://HOST:PORT/~NAME, and not {endpoint}")
    host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
    token = admin_token or os.environ.get("TAILRACE_ADMIN_TOKEN")
    port = url.port or (443 if url.scheme == "https" else 80)
    return Namespace(Connection(host, port, token, scheme=url.scheme), unquote(path[2:]) or _DEFAULT)
