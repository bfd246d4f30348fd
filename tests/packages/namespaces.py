"""Programs in namespaces of their own, and in roots of their own, as Docker runs what is in a container."""

import json
import subprocess
import sys
from pathlib import Path

RUN_IN_ROOT = [sys.executable, "-I", str(Path(__file__).resolve().parent / "run_in_root.py")]


def mount_points():
    """Where something is mounted that this process sees."""
    return [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]


def own_mounts():
    """The options of unshare for mounts that nobody else sees. Where this process has another root, which
    need not be a mount point, they stay as they are: unmount_below() removes what others see of them."""
    return ["--mount", "--propagation", "private" if "/" in mount_points() else "unchanged"]


def in_own_namespaces(command, *more):
    """A command that ends with this process, with all that it starts. `more` are options of unshare."""
    return ["setpriv", "--pdeathsig", "KILL", "--",
            "unshare", *own_mounts(), "--pid", "--fork", "--kill-child", *more, *command]


def in_root(description):
    """The command that runs what is described, as run_in_root.py has it."""
    return [*RUN_IN_ROOT, json.dumps(description)]


def unmount_below(folder):
    """Before a folder is copied or removed."""
    for each in sorted(mount_points(), reverse=True):
        if each.startswith(f"{folder}/"):
            subprocess.run(["umount", "--lazy", each], check=True)
