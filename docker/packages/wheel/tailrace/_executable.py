"""Finds the executable."""

import os


def find_executable() -> str:
    """Returns the path of the executable. TAILRACE_EXECUTABLE may name another."""
    installed = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "tailrace")
    return os.environ.get("TAILRACE_EXECUTABLE") or installed
