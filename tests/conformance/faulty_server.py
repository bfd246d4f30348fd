"""A server for tests of clients: it remembers its tables' names and answers everything else as the test
wants."""

import http.server
import json
import ssl
import threading


class Faulty(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, misbehave, certificate_and_key=None, operations=()):
        super().__init__(("127.0.0.1", 0), Handler)
        if certificate_and_key:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate_and_key)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.misbehave = misbehave
        # By operation: functions that answer in the server's place, or return False to leave the answer to
        # it.
        self.operations = dict(operations)
        self.tables = set()
        self.items_asked = 0
        self.lock = threading.Lock()
        self.released = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        """Prints nothing, because in these tests clients close their connections on purpose."""

    def close(self):
        self.released.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        operation = self.headers["X-Amz-Target"].split(".")[1]
        server, name = self.server, body.get("TableName")
        if operation in server.operations and server.operations[operation](self, body):
            return None
        if operation == "CreateTable":
            server.tables.add(name)
        if operation in ("DescribeTable", "DeleteTable") and name not in server.tables:
            return self.answer({"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"}, 400)
        if operation == "DeleteTable":
            server.tables.discard(name)
        if operation == "ListTables":
            return self.answer({"TableNames": sorted(server.tables)})
        if operation != "GetItem":
            return self.answer({"Table": {"TableStatus": "ACTIVE"}})
        with server.lock:
            server.items_asked += 1
        return server.misbehave(self, server.items_asked)

    def answer(self, body, status=200):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
        return True

    def refuse(self, message, name="com.amazon.coral.validate#ValidationException"):
        return self.answer({"__type": name, "message": message}, 400)

    def close_at_once(self):
        self.close_connection = True
        self.connection.close()
