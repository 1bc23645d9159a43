"""A file's rows into the table: checked, without a key twice, several batches under way at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from productsapi.data.keys import Keys
from productsapi.data.rows import BadRow, Row
from productsapi.data.table_store import End, Product

THREADS = 4
"""More don't pay: see benchmarks/README.md."""
BATCH = 100
HEAVIEST = 512 * 1024
"""Characters of a batch's rows: with that the largest one stays below a transaction's 4 MB, and
those that are under way below 100 MB of memory."""
UNDER_WAY = 2 * THREADS


@dataclass
class Tally:
    """What became of the rows."""

    read: int = 0
    new: int = 0
    changed: int = 0
    there: int = 0
    bad: int = 0

    @property
    def imported(self) -> int:
        return self.new + self.changed + self.there


@dataclass(frozen=True)
class Import:
    """`check` gives a product or why it is none, `put` stores some, `reject` gets each bad row.

    `put` is None for a dry run.
    """

    check: Callable[[Row], Product | list[BadRow]]
    put: Callable[[Sequence[Product]], Sequence[End]] | None
    reject: Callable[[BadRow], None]
    keys: Keys
    tick: Callable[[Tally], None] = lambda _: None
    tally: Tally = field(default_factory=Tally)

    def run(self, rows: Iterator[Row | BadRow]) -> Tally:
        """Raises what `put` raises; what is under way is waited for first."""
        with ThreadPoolExecutor(THREADS) as pool:
            under_way: deque[tuple[list[Sent], Future[Sequence[End]]]] = deque()
            try:
                for batch in _batches(self._good(rows)):
                    if self.put is None:
                        self.tally.new += len(batch)
                        continue
                    products = [each.product for each in batch]
                    under_way.append((batch, pool.submit(self.put, products)))
                    if len(under_way) >= UNDER_WAY:
                        self._ended(*under_way.popleft())
                while under_way:
                    self._ended(*under_way.popleft())
            finally:
                pool.shutdown(cancel_futures=True)
        return self.tally

    def _good(self, rows: Iterator[Row | BadRow]) -> Iterator[Sent]:
        for row in rows:
            self.tally.read += 1
            found = [row] if isinstance(row, BadRow) else self.check(row)
            if isinstance(found, Product):
                first = self.keys.first_line(found.key, found.line)
                if first == found.line:
                    yield Sent(found, row.text)
                    continue
                why = f"is on line {first} already: {' '.join(found.key)}"
                found = [BadRow(row.line, "productId", why, row.text)]
            self._bad(found)

    def _ended(self, batch: Sequence[Sent], future: Future[Sequence[End]]) -> None:
        for sent, end in zip(batch, future.result(), strict=True):
            if end.why:
                self._bad([BadRow(sent.product.line, "", end.why, sent.text)])
            elif end.new:
                self.tally.new += 1
            elif end.changed:
                self.tally.changed += 1
            else:
                self.tally.there += 1
        self.tick(self.tally)

    def _bad(self, found: Sequence[BadRow]) -> None:
        """One bad row, for each of the rules that it breaks."""
        self.tally.bad += 1
        for each in found:
            self.reject(each)


@dataclass(frozen=True)
class Sent:
    product: Product
    text: str


def _batches(products: Iterator[Sent]) -> Iterator[list[Sent]]:
    batch: list[Sent] = []
    weight = 0
    for each in products:
        batch.append(each)
        weight += len(each.text)
        if len(batch) == BATCH or weight > HEAVIEST:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
