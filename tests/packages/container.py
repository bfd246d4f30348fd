"""Runs the root of an image in its own namespaces, as Docker runs a container."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

from image_builder import user_ids
from namespaces import in_own_namespaces, in_root, own_mounts, unmount_below
from packing import children

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from local_services import STOP_SECONDS, ServiceProcess, aws_client

PORT = 8000
READY = r"listens on http://\S+:8000\b"


class Container(ServiceProcess):
    """The server of an image, run according to the image's settings until stop(). Its processes see no
    others. It has its own network, so its port is always free.

    `arguments` follow the entry point, as in docker run, or `entry_point` replaces it. `volumes` maps paths
    in the image to folders. With `is_bare` the container has no /proc, no /dev and no files about the
    network.
    """

    def __init__(self, root, settings, arguments=(), entry_point=None, volumes=None, is_bare=False):
        self._described = {
            "root": str(root),
            "command": [*(entry_point or settings.entry_point), *arguments],
            "environment": settings.environment,
            "user": user_ids(root, settings.user),
            "folder": settings.folder,
            "mounts": not is_bare,
            "volumes": volumes or {},
            "loopback": True,
        }
        self._health_check = settings.health_check
        super().__init__(in_own_namespaces(in_root(self._described), "--net"), READY)

    def first_process(self):
        return children(self._process.pid)[0]

    def stop(self, how=signal.SIGTERM):
        """Does what docker stop does, and returns the exit status."""
        os.kill(self.first_process(), how)
        self._process.wait(STOP_SECONDS)
        return super().stop()

    def execute(self, *command):
        """Does what docker exec does."""
        inside = {**self._described, "command": command, "loopback": False}
        return subprocess.run(
            ["nsenter", f"--target={self.first_process()}", "--pid", "--net",
             "unshare", *own_mounts(), *in_root(inside)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=STOP_SECONDS, check=False)

    def is_healthy(self):
        return self.execute(*self._health_check).returncode == 0

    @contextlib.contextmanager
    def network(self):
        """While this context lasts, this thread opens its sockets in the container's network, as if its port
        were published."""
        its_path = f"/proc/{self.first_process()}/ns/net"
        with open("/proc/self/ns/net", "rb") as own, open(its_path, "rb") as its:
            enter_network(its)
            try:
                yield
            finally:
                enter_network(own)

    def _close(self):
        super()._close()
        unmount_below(self._described["root"])

    def client(self):
        return aws_client(f"http://127.0.0.1:{PORT}")


def enter_network(file):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(file.fileno(), 0) != 0:
        raise OSError(ctypes.get_errno(), "setns")
