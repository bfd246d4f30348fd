"""The repository's files, for the checks in this folder."""

import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTPUT = {".git", "build", "__pycache__", "node_modules"}


def tracked_files():
    """Paths, relative to ROOT, of all files that are committed or could be; build output is excluded."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        paths = [path for path in listed.split("\0") if path]
    except (OSError, subprocess.CalledProcessError):
        paths = _walk()  # An unpacked archive, or no git: everything except build output.
    return sorted(path for path in set(paths) if (ROOT / path).is_file())


def _walk():
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in OUTPUT]
        yield from (os.path.relpath(os.path.join(folder, name), ROOT) for name in files)
