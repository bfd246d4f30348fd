"""Canaries: they notice if a program touches a file or connects to a port without reason."""

import ctypes
import os
import socket
import tempfile

IN_ALL_EVENTS = 0xfff


class CanaryFolder:
    """A folder with files in it. touched() returns True if anything in it was opened, created, changed or
    removed since arm(). Looking up a name does not count."""

    def __init__(self, names):
        self._folder = tempfile.TemporaryDirectory(prefix="tailrace-canary-")
        self.path = self._folder.name
        for name in names:
            with open(os.path.join(self.path, name), "w", encoding="utf-8") as file:
                file.write("def handler(event, context): pass\n")
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._inotify = -1

    def arm(self):
        self._inotify = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._libc.inotify_add_watch(self._inotify, self.path.encode(), IN_ALL_EVENTS) < 0:
            raise OSError(ctypes.get_errno(), "the folder cannot be watched")

    def touched(self):
        try:
            return bool(os.read(self._inotify, 65536))
        except BlockingIOError:
            return False

    def close(self):
        if self._inotify >= 0:
            os.close(self._inotify)
        self._folder.cleanup()


class CanaryListener:
    """A port to which nobody should connect. called() returns True if somebody did: the kernel completes
    connections before they are accepted."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port = self._socket.getsockname()[1]

    def called(self):
        try:
            self._socket.accept()[0].close()
            return True
        except BlockingIOError:
            return False

    def close(self):
        self._socket.close()
