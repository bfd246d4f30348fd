"""The users of Cruddur, in the PostgreSQL of CONNECTION_URL."""

import contextlib
import os

import psycopg2
import psycopg2.extras

LOCAL_CONNECTION_URL = "postgresql://postgres:password@localhost:5432/cruddur"


@contextlib.contextmanager
def _transaction():
    """Yields a cursor in a transaction, which is committed unless an exception is raised."""
    try:
        connection = psycopg2.connect(os.environ.get("CONNECTION_URL") or LOCAL_CONNECTION_URL)
    except psycopg2.OperationalError as error:
        raise SystemExit(f"PostgreSQL does not answer; CONNECTION_URL says where it is\n{error}") from None
    try:
        with connection, connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            yield cursor
    finally:
        connection.close()


def rows(sql, parameters=None):
    """Returns the rows of a SELECT as dicts."""
    with _transaction() as cursor:
        cursor.execute(sql, parameters)
        return [dict(row) for row in cursor]


def change(sql, parameters):
    """Runs an UPDATE and returns how many rows it changed."""
    with _transaction() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def user_by_handle(handle):
    """Returns the user's uuid, display_name and handle; ends the script if there is no such user."""
    found = rows("SELECT uuid, display_name, handle FROM users WHERE handle = %(handle)s",
                 {"handle": handle})
    if not found:
        raise SystemExit(f"there is no user with the handle {handle}")
    return found[0]
