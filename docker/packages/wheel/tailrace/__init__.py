"""A local DynamoDB with its streams attached.

    with tailrace.start() as server:
        dynamodb = boto3.client("dynamodb", endpoint_url=server.endpoint, ...)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tailrace._namespace import Clock, Faults, Namespace, TailraceError, connect
    from tailrace._server import Tailrace, start

__all__ = ["Clock", "Faults", "Namespace", "Tailrace", "TailraceError", "connect", "start"]


def __getattr__(name: str) -> Any:
    # The command `tailrace` imports this module, too, and must not wait for what it does not use.
    if name in __all__:
        from tailrace import _namespace, _server

        return getattr(_namespace if hasattr(_namespace, name) else _server, name)
    raise AttributeError(f"module 'tailrace' has no attribute {name!r}")
