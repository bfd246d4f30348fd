"""Fixtures for pytest, which finds them by itself. Nothing starts until a test uses one of them.

A session has one server; with pytest-xdist, each worker has one. A server takes only a few milliseconds and
a few megabytes, and the workers need not agree on anything.
"""

# Older versions of pytest do not have all the names in the annotations.
from __future__ import annotations

from typing import Any, Dict, Iterator, Optional

import pytest

import tailrace


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "dynamodb_clock(time): the time at which dynamodb_clock begins, 2026-01-31T12:00:00Z")


def _time_of(marker: Optional[pytest.Mark]) -> Any:
    """Returns the time that a marker gives, or None if there is no marker."""
    def dynamodb_clock(time: Any) -> Any:
        return time
    return dynamodb_clock(*marker.args, **marker.kwargs) if marker else None


@pytest.fixture(scope="session")
def dynamodb_options() -> Dict[str, Any]:
    """The options of tailrace.start(). A conftest.py may define another fixture with this name."""
    return {}


@pytest.fixture(scope="session")
def dynamodb_server(dynamodb_options: Dict[str, Any]) -> Iterator[tailrace.Tailrace]:
    """The server, as tailrace.start() returns it."""
    with tailrace.start(**dynamodb_options) as server:
        yield server


@pytest.fixture(scope="session")
def dynamodb_seed(dynamodb_server: tailrace.Tailrace) -> None:
    """Makes what every test begins with, once in dynamodb_server. This fixture makes nothing: a conftest.py
    replaces it with its own of the same name."""


@pytest.fixture(scope="session")
def _dynamodb_seeded(dynamodb_server: tailrace.Tailrace, dynamodb_seed: None) -> tailrace.Namespace:
    # A record that no function has handled yet would be handled again in each fork.
    dynamodb_server.settle()
    return dynamodb_server.fork("seed")


@pytest.fixture
def dynamodb_namespace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch,
                       dynamodb_options: Dict[str, Any],
                       _dynamodb_seeded: tailrace.Namespace) -> Iterator[tailrace.Namespace]:
    """A namespace for this test alone, with a copy of what dynamodb_seed has made. While the test runs, AWS's
    SDKs find it through the environment."""
    time = _time_of(request.node.get_closest_marker("dynamodb_clock"))
    if time is None and "dynamodb_clock" in request.fixturenames and "manual_clock" not in dynamodb_options:
        time = _dynamodb_seeded.clock.now()
    with _dynamodb_seeded.fork(clock=time) as namespace:
        for name, value in namespace.environment().items():
            monkeypatch.setenv(name, value)
        yield namespace


@pytest.fixture
def dynamodb_endpoint(dynamodb_namespace: tailrace.Namespace) -> str:
    """The URL of dynamodb_namespace, for `endpoint_url` of boto3."""
    return dynamodb_namespace.endpoint


@pytest.fixture
def dynamodb_clock(dynamodb_namespace: tailrace.Namespace) -> tailrace.Clock:
    """The clock of dynamodb_namespace. It moves only when the test moves it. It begins at the time of the
    marker dynamodb_clock, of the option manual_clock, or else at the time of the machine."""
    return dynamodb_namespace.clock


@pytest.fixture
def dynamodb_faults(dynamodb_namespace: tailrace.Namespace) -> tailrace.Faults:
    """The scripted faults of dynamodb_namespace; none at first."""
    return dynamodb_namespace.faults
