"""Reads a shard of a stream while others write to it."""

import threading

from plain_connection import PlainConnection

PATIENCE_SECONDS = 60


class ShardReader:
    """Reads one shard from its beginning on a thread until stop(); `sequences` are the numbers that came."""

    def __init__(self, server, stream, shard):
        self._connection = PlainConnection(server.endpoint)
        self._iterator = self._call("GetShardIterator", StreamArn=stream, ShardId=shard,
                                    ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        self._stopping = threading.Event()
        self.sequences = []
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _call(self, operation, **request):
        return self._connection.call(operation, "DynamoDBStreams", **request)

    def _read(self):
        is_last = False
        while True:
            answer = self._call("GetRecords", ShardIterator=self._iterator)
            self.sequences += [int(each["dynamodb"]["SequenceNumber"]) for each in answer["Records"]]
            self._iterator = answer["NextShardIterator"]
            if is_last and not answer["Records"]:
                return
            is_last = self._stopping.is_set()

    def stop(self):
        self._stopping.set()
        self._thread.join(PATIENCE_SECONDS)
        self._connection.close()
