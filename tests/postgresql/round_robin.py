"""An HTTP proxy that sends one request after the other of each connection to another server, as they are."""

import itertools
import re
import socket
import threading


class Wire:
    """One side of a connection, from which whole messages are read."""

    def __init__(self, connection):
        self.connection = connection
        self._stream = connection.makefile("rb")

    def head(self):
        """The first line and the headers; empty at the end of the connection."""
        lines = []
        for line in self._stream:
            lines.append(line)
            if line == b"\r\n":
                break
        return b"".join(lines)

    def body(self, head):
        if re.search(rb"(?im)^transfer-encoding:.*chunked", head):
            return self._chunks()
        length = re.search(rb"(?im)^content-length:\s*(\d+)", head)
        return self._stream.read(int(length.group(1))) if length else b""

    def _chunks(self):
        parts = []
        while True:
            size = self._stream.readline()
            data = self._stream.read(int(size.split(b";")[0], 16) + 2)
            parts += [size, data]
            if data == b"\r\n":
                return b"".join(parts)

    def close(self):
        self._stream.close()
        self.connection.close()


class RoundRobin:
    """Listens on a free port, `endpoint`, until the process ends. Endpoints are "http://HOST:PORT"."""

    def __init__(self, endpoints):
        self._addresses = [(host, int(port)) for host, port in
                           (each.removeprefix("http://").split(":") for each in endpoints)]
        self._turn = itertools.count()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(Wire(connection),), daemon=True).start()

    def _serve(self, client):
        servers = {}
        try:
            while head := client.head():
                address = self._addresses[next(self._turn) % len(self._addresses)]
                message = head + client.body(head)
                if address not in servers:
                    servers[address] = Wire(socket.create_connection(address))
                server = servers[address]
                server.connection.sendall(message)
                answer = server.head()
                body = b"" if head.startswith(b"HEAD ") else server.body(answer)
                client.connection.sendall(answer + body)
                if re.search(rb"(?im)^connection:\s*close", answer) or not answer:
                    break
        except (OSError, ValueError):
            pass  # The client sees a closed connection.
        finally:
            for each in (client, *servers.values()):
                each.close()
