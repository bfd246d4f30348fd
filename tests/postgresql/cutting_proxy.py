"""A proxy in front of a PostgreSQL that counts round trips, and can lose the answer to a COMMIT."""

import contextlib
import socket
import struct
import threading
from urllib.parse import urlsplit

# Without these, a connection begins with requests for encryption. Their answers are single bytes, but the
# proxy reads messages.
PLAIN = "sslmode=disable&gssencmode=disable"
COMMITTED = b"COMMIT\0"
PATIENCE_SECONDS = 30


class CuttingProxy:
    """Listens on a free port until the process ends. `url` is that of the database behind it."""

    def __init__(self, url):
        address = urlsplit(url)
        self._server = (address.hostname, address.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = address._replace(netloc=f"{address.username}@127.0.0.1:{port}", query=PLAIN).geturl()
        self.round_trips = 0
        self._commits_to_lose = 0
        self._lock = threading.Lock()
        self._lost = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def lose_next_commit(self):
        """From now on, the next commit of any connection is made, and its answer is lost with the
        connection."""
        with self._lock:
            self._commits_to_lose = 1
        self._lost.clear()

    def wait_until_lost(self):
        if not self._lost.wait(PATIENCE_SECONDS):
            raise AssertionError("nothing was committed")

    def _accept(self):
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection(self._server)
            except OSError:
                client.close()
                continue
            for each in (client, server):
                # Each message is passed on at once.
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for run in (self._pass_requests, self._pass_answers):
                threading.Thread(target=run, args=(client, server), daemon=True).start()

    def _pass_requests(self, client, server):
        """A request is like an answer, except that the first one has no letter. A client waits for answers
        after each Sync or Query, except after the end of a transaction that has written nothing."""
        is_rollback = False
        with contextlib.suppress(OSError), client.makefile("rb") as requests:
            length = requests.read(4)
            server.sendall(length + requests.read(struct.unpack("!I", length)[0] - 4))
            while head := requests.read(5):
                body = requests.read(struct.unpack("!I", head[1:])[0] - 4)
                if head[:1] in (b"S", b"Q"):
                    with self._lock:
                        self.round_trips += not is_rollback
                elif head[:1] == b"P":
                    is_rollback = b"ROLLBACK" in body
                server.sendall(head + body)
        close(server)

    def _pass_answers(self, client, server):
        """An answer is a letter, a length that includes itself, and as many bytes."""
        with contextlib.suppress(OSError), server.makefile("rb") as answers:
            while head := answers.read(5):
                body = answers.read(struct.unpack("!I", head[1:])[0] - 4)
                if head[:1] == b"C" and body == COMMITTED and self._loses_this():
                    break
                client.sendall(head + body)
        close(client)
        close(server)

    def _loses_this(self):
        with self._lock:
            if not self._commits_to_lose:
                return False
            self._commits_to_lose -= 1
        self._lost.set()
        return True


def close(connection):
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
