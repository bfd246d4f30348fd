"""The app's cache, through Momento's HTTP API."""

import os
import urllib.error
import urllib.parse
import urllib.request

from environment import local_endpoint

CACHE_NAME = "cruddur"
TIME_TO_LIVE_SECONDS = 600
PATIENCE_SECONDS = 30


def conversations_key(user_uuid):
    """Returns the key of a user's list of conversations."""
    return f"conversations/{user_uuid}"


class MomentoCache:
    """The cache `cruddur`, on the local server or at Momento. Keys are strings, values are bytes.

    MOMENTO_API_KEY is the token; without it, the local server gets "local". MOMENTO_ENDPOINT is the address
    at Momento. An answer that is an error raises RuntimeError with its status and text.
    """

    def __init__(self, production):
        self._token = os.environ.get("MOMENTO_API_KEY") or ("" if production else "local")
        endpoint = os.environ.get("MOMENTO_ENDPOINT") if production else local_endpoint()
        if not self._token or not endpoint:
            raise SystemExit("MOMENTO_API_KEY and MOMENTO_ENDPOINT must be set")
        self._url = f"{endpoint}/cache/{CACHE_NAME}"

    def get(self, key):
        """Returns the value, or None if there is none or it has expired."""
        status, body = self._ask("GET", key)
        if (status, body.strip()) == (404, b"Key Not Found"):
            return None
        return _expected(200, status, body)

    def set(self, key, value):
        """Stores a value for TIME_TO_LIVE_SECONDS."""
        _expected(204, *self._ask("PUT", key, value, ttl_seconds=TIME_TO_LIVE_SECONDS))

    def delete(self, key):
        """Removes the value, if there is one."""
        _expected(204, *self._ask("DELETE", key))

    def _ask(self, method, key, value=None, **parameters):
        query = urllib.parse.urlencode({"key": key, **parameters})
        request = urllib.request.Request(
            f"{self._url}?{query}", value, {"Authorization": self._token}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


def _expected(wanted, status, body):
    if status != wanted:
        raise RuntimeError(f"the cache answered {status} {body.decode(errors='replace').strip()}")
    return body
