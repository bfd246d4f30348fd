"""One client's connection to a server, with nothing but http.client, which a process imports quickly."""

import http.client
import json

HEADERS = {
    "Content-Type": "application/x-amz-json-1.0", "X-Amz-Date": "20260131T120000Z",
    "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, "
                     "SignedHeaders=host, Signature=0",
}
PATIENCE_SECONDS = 60


class Refused(Exception):
    """An error of DynamoDB's API."""

    def __init__(self, operation, status, body):
        super().__init__(f"{operation}: {status} {body}")
        error = json.loads(body)
        self.code = error["__type"].partition("#")[2]
        self.message = error.get("message", "")


class PlainConnection:
    """Requests to one namespace, one after another. They raise OSError or HTTPException if there is no
    answer."""

    def __init__(self, endpoint, namespace="default", by_header=False):
        self._connection = http.client.HTTPConnection(endpoint.removeprefix("http://"),
                                                      timeout=PATIENCE_SECONDS)
        self._root = "" if by_header or namespace == "default" else f"/~{namespace}"
        self._headers = {**HEADERS, "x-tailrace-namespace": namespace} if by_header else HEADERS

    def call(self, operation, service="DynamoDB", **request):
        """Returns the answer to an operation of DynamoDB or of DynamoDBStreams. Raises Refused."""
        self.send(operation, service, **request)
        return self.answer()

    def send(self, operation, service="DynamoDB", **request):
        """Sends a request to such an operation. The next thing to ask for is the answer."""
        self._operation = operation
        self._connection.request("POST", self._root + "/", json.dumps(request), {
            **self._headers, "X-Amz-Target": f"{service}_20120810.{operation}"})

    def answer(self):
        """Returns the answer to what was sent. Raises Refused."""
        status, body = self._receive()
        if status != 200:
            raise Refused(self._operation, status, body)
        return json.loads(body)

    def ask(self, method, path, body=None):
        """Returns the status and the body of an answer to any other request."""
        data = None if body is None else json.dumps(body)
        self._connection.request(method, self._root + path, data)
        status, answer = self._receive()
        return status, json.loads(answer)

    def _receive(self):
        response = self._connection.getresponse()
        return response.status, response.read().decode()

    def close(self):
        self._connection.close()
