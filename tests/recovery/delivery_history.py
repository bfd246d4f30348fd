"""Checks what one mapping's function received in each life of the server against what the mapping
promises."""

import collections
import dataclasses
import json
import os
import typing


@dataclasses.dataclass(frozen=True)
class Expected:
    """A mapping's promise: batches of at most `batch_size` records, `lanes` lanes in each shard, and only the
    changes that it accepts. Its function reports some records as failed. Records before the first failed one
    in a batch are handled; the rest is sent once more."""

    batch_size: int
    lanes: int = 1
    accepts: typing.Callable = lambda change: True
    reports: typing.Callable = lambda change: False


@dataclasses.dataclass
class Place:
    """How far an item has got: which of its changes have been received."""

    received: int = 0  # The number of changes received.
    batch: typing.Tuple[int, ...] = ()  # The batch of the last of them.
    batch_from: int = 0  # The number of the item's changes before that batch.


class DeliveryHistory:
    """The record that a function made of its calls: a file with one line for each batch (its event) or for
    each record. A line that a kill left unfinished does not count as received.
    """

    def __init__(self, name, path, expected):
        self._name = name
        self._path = path
        self._expected = expected
        self._read_up_to = 0
        self._rounds = []
        self._batches = []  # Those of the round that has not ended.
        self._calls_in_windows = []

    def end_round(self):
        """Ends a round, after its server is gone: reads what was received in it, and drops a line that the
        server left unfinished."""
        self._read()
        self._rounds.append(self._batches)
        self._batches = []
        if self._path.exists():
            os.truncate(self._path, self._read_up_to)

    def _read(self):
        """Reads the lines that are complete. Leaves the file alone, because a running server writes to it."""
        for line in self._new_lines():
            event = json.loads(line)
            records = event["Records"] if "Records" in event else [event]
            if records:
                self._batches.append(tuple(int(record["dynamodb"]["SequenceNumber"]) for record in records))
            if "window" in event:
                self._calls_in_windows.append(event)

    def _new_lines(self):
        if not self._path.exists():
            return []
        with open(self._path, "rb") as file:
            file.seek(self._read_up_to)
            whole, newline, _ = file.read().rpartition(b"\n")
            self._read_up_to += len(whole + newline)
        return whole.split(b"\n") if whole else []

    def check(self, changes):
        """Compares every round with the stream. Returns the number of records that were repeated."""
        by_sequence = {change.sequence: change for change in changes}
        wanted = collections.defaultdict(list)
        for change in changes:
            if self._expected.accepts(change):
                wanted[change.item].append(change.sequence)
        index = {sequence: place for each in wanted.values() for place, sequence in enumerate(each)}
        places = {item: Place() for item in wanted}
        repeated = 0
        for number, batches in enumerate(self._rounds):
            check = _Round(f"{self._name}, round {number}", by_sequence, index, wanted)
            repeated += check.run(self._expected, batches, places)
        missing = sorted(sequence for item, place in places.items()
                         for sequence in wanted[item][place.received:])
        assert not missing, f"{self._name}: never received: {missing}"
        return repeated

    def final_states(self):
        """The state that the last call of each window got, by shard and beginning of the window."""
        return {_window_of(event): event["state"] for event in self._calls_in_windows
                if event["isFinalInvokeForWindow"]}

    def open_windows(self):
        """The windows whose last call has not been recorded. The server may be running."""
        self._read()
        begun = {_window_of(event) for event in self._calls_in_windows}
        return sorted(begun - self.final_states().keys())


def _window_of(event):
    return event["shardId"], event["window"]["start"]


class _Round:
    """The deliveries in one life of the server. In earlier lives the function was called with the changes of
    an item in order. In this life the item begins with its next change, or with one from the batch in flight
    at the kill, and continues from there without a gap."""

    def __init__(self, where, by_sequence, index, wanted):
        self._where = where
        self._by_sequence = by_sequence
        self._index = index
        self._wanted = wanted

    def run(self, expected, batches, places):
        """Moves the places forward. Returns the number of records that had been received in earlier
        rounds."""
        before = {item: dataclasses.replace(place) for item, place in places.items()}
        following = {}
        repeated_batches = collections.defaultdict(set)
        repeated = 0
        for batch in batches:
            self._check_batch(batch, expected)
            batch_from = {}
            for sequence in batch:
                item, index = self._by_sequence[sequence].item, self._index[sequence]
                batch_from.setdefault(item, index)
                self._check_record(sequence, following.get(item), before[item])
                following[item] = index + 1
                if index < before[item].received:
                    repeated += 1
                    repeated_batches[self._by_sequence[sequence].shard].add(before[item].batch)
            for item, index in batch_from.items():
                places[item] = Place(max(places[item].received, following[item]), batch, index)
            for sequence in reversed(self._rest_of(batch, expected)):
                following[self._by_sequence[sequence].item] = self._index[sequence]
        for shard, again in repeated_batches.items():
            self._check_repeated(shard, again, before, expected)
        return repeated

    def _rest_of(self, batch, expected):
        """The records of a partly handled batch that are sent again."""
        reported = [place for place, sequence in enumerate(batch)
                    if expected.reports(self._by_sequence[sequence])]
        return batch[reported[0]:] if reported and reported[0] > 0 else ()

    def _check_batch(self, batch, expected):
        unknown = [sequence for sequence in batch if sequence not in self._index]
        assert not unknown, f"{self._where}: not in the stream, or filtered: {unknown}"
        assert len(batch) <= expected.batch_size, f"{self._where}: a batch of {len(batch)}: {batch}"
        shards = {self._by_sequence[sequence].shard for sequence in batch}
        assert len(shards) == 1, f"{self._where}: a batch of several shards, {shards}: {batch}"

    def _check_record(self, sequence, following, before):
        index = self._index[sequence]
        numbers = self._wanted[self._by_sequence[sequence].item]
        if following is not None:
            assert index >= following, f"{self._where}: {sequence} again, or out of order"
            assert index == following, f"{self._where}: skipped before {sequence}: {numbers[following:index]}"
            return
        skipped = numbers[before.received:index]
        assert not skipped, f"{self._where}: skipped before {sequence}: {skipped}"
        first = numbers[before.batch_from] if before.batch else sequence
        assert index >= before.batch_from, \
            f"{self._where}: repeats {sequence}, though the batch in flight began with {first}"

    def _check_repeated(self, shard, again, before, expected):
        """Checks that each repeated batch was the last of its lane, for all items in it, and that these
        batches come from no more lanes than there are. A server may also be killed while it sends such a
        batch again in smaller batches: then the next life continues with the rest."""
        for batch in again:
            for sequence in batch:
                newest = before[self._by_sequence[sequence].item].batch
                is_repeat = not set(newest).isdisjoint(batch)
                assert is_repeat, f"{self._where}: repeats {batch}, which was followed by {newest}"
        assert self._lanes_of(again) <= expected.lanes, \
            f"{self._where}: repeats {len(again)} batches of the shard {shard}: {sorted(again)}"

    def _lanes_of(self, batches):
        """Returns the smallest number of lanes that the batches can come from: batches that share an item
        share a lane, because all changes of an item are in one lane."""
        lanes = []
        for batch in batches:
            items = {self._by_sequence[sequence].item for sequence in batch}
            same = [lane for lane in lanes if lane & items]
            lanes = [lane for lane in lanes if not lane & items] + [items.union(*same)]
        return len(lanes)
