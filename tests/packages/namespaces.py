"""Runs programs in their own namespaces and with their own root, as Docker runs the programs of a
container."""

import json
import subprocess
import sys
from pathlib import Path

RUN_IN_ROOT = [sys.executable, "-I", str(Path(__file__).resolve().parent / "run_in_root.py")]


def mount_points():
    """Returns the mount points that this process sees."""
    return [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]


def own_mounts():
    """Returns unshare's options for mounts that no other process sees. If the root of this process was
    changed to a folder that is not a mount point, that is impossible: others may see the mounts, until
    unmount_below() removes them."""
    return ["--mount", "--propagation", "private" if "/" in mount_points() else "unchanged"]


def in_own_namespaces(command, *more):
    """Returns a command that ends with this process, together with all that it starts. `more` are options of
    unshare."""
    return ["setpriv", "--pdeathsig", "KILL", "--",
            "unshare", *own_mounts(), "--pid", "--fork", "--kill-child", *more, *command]


def in_root(description):
    """Returns the command that runs what `description` says, in the form of run_in_root.py."""
    return [*RUN_IN_ROOT, json.dumps(description)]


def unmount_below(folder):
    """Unmounts everything below a folder, before the folder is copied or removed."""
    for each in sorted(mount_points(), reverse=True):
        if each.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", each], check=True)
