"""The table of a run, the budgets of the design first."""

from collections.abc import Iterator

from bench.pages import Load, merged
from bench.run import COLD, GUEST, LIMIT_BYTES, MEMBER, Results
from bench.table import Row, milliseconds, share, speed, times

NAMES = {
    "front": "front page",
    "board": "board",
    "thread": "thread, {shown} comments shown",
    "home": "home feed over 50 boards",
    "top": "top of the week",
    "common": "search for a word of many posts",
    "rare": "search for words of few posts",
    "deep": "page {deep:,} of all posts",
    "middle": "thread of 1,000 comments",
    "huge": "thread of 100,000 comments",
    "permalink": "permalink in the 100,000",
}
PROMISED = [
    *((page, GUEST, 2) for page in ("front", "board", "thread")),
    *((page, COLD, 20) for page in ("front", "board")),
    *((page, MEMBER, 25) for page in ("front", "board")),
    ("thread", COLD, 20),
    ("thread", MEMBER, 25),
]
KB = 1_000
MB_PER_MIB = 1.048576


class Report:
    def __init__(self, results: Results) -> None:
        self.results = results
        self.limit = merged(results.limit)
        self.alone = merged(results.alone)

    def rows(self) -> Iterator[Row]:
        """The rows of the design's budgets, then all others."""
        for page, visitor, least in PROMISED:
            yield self._page(page, visitor, least)
        yield self._comments_shown()
        yield from self._sizes()
        yield from self._replies()
        yield from self._upkeep()
        yield from self._weights()
        yield from self._limits()
        promised = {(page, visitor) for page, visitor, _ in PROMISED}
        for key in self.results.loads:
            if key not in promised:
                yield self._page(*key)
        for (page, visitor), equal in self.results.equals.items():
            yield self._equal(page, visitor, equal)
        yield from self._worst()

    def _name(self, page: str) -> str:
        shown = self.results.looks["thread", MEMBER].comments
        return NAMES[page].format(shown=shown, deep=self.results.deep)

    def _page(self, page: str, visitor: str, least: int = 0) -> Row:
        """A page's row; it shall have at least 1/`least` of the limit."""
        load, look = self.results.loads[page, visitor], self.results.looks[page, visitor]
        queries = self.results.queries[page][MEMBER if visitor == MEMBER else GUEST]
        return Row(
            f"{visitor}: {self._name(page)}",
            speed(load.throughput, load.latency),
            f"{share(load.throughput, self.limit.throughput)} of A",
            f"1/{least} of A" if least else "",
            load.throughput * least >= self.limit.throughput if least else None,
            "" if visitor == GUEST else str(queries),
            f"{look.size:,}, {look.compressed:,}",
        )

    def _comments_shown(self) -> Row:
        shown = self.results.looks["thread", MEMBER].comments
        figure = self.results.loads["thread", MEMBER].throughput * shown
        work = "comments shown a second, member"
        return Row(work, f"{figure:,.0f}", "", "50,000", figure >= 50_000)

    def _sizes(self) -> Iterator[Row]:
        results, posts = self.results, self.results.posts
        labels = {
            "huge": ("thread page of 100,000 comments against 1,000", 1.3),
            "front": (f"list of {posts:,} posts against 10,000, page 1", 1.2),
            "deep": (
                f"page {results.deep:,} against page {results.compared_deep:,} of 10,000",
                1.2,
            ),
        }
        for name, (work, most) in labels.items():
            ratio = results.ratios[name]
            yield Row(work, f"{ratio:.2f} × the time", "", f"{most} ×", ratio <= most)

    def _replies(self) -> Iterator[Row]:
        results = self.results
        reply, storm = results.replies["alone"], results.storm
        ratio = results.ratios["reply"]
        yield Row(
            "a reply, one writer",
            f"{milliseconds(reply.latency)}, {reply.wal / KB:.1f} KB of WAL",
            f"{times(reply.latency, self.alone.latency)} of A's latency",
            "6 ×",
            reply.latency <= 6 * self.alone.latency,
        )
        yield Row(
            "replies, 8 writers into eight threads",
            f"{storm:,.0f}/s",
            f"{share(storm, self.limit.throughput)} of A",
            "1/17 of A",
            storm * 17 >= self.limit.throughput,
        )
        yield Row(
            "a reply into 100,000 comments against an empty thread",
            f"{ratio:.2f} × the median",
            f"{milliseconds(results.replies['huge'].latency)}",
            "1.5 ×",
            ratio <= 1.5,
        )

    def _upkeep(self) -> Iterator[Row]:
        results = self.results
        warm, highest = (figure * MB_PER_MIB for figure in results.memory)
        yield Row("memory of all processes, warm", f"{warm:.0f} MB", "", "180 MB", warm <= 180)
        yield Row("memory, highest", f"{highest:.0f} MB", "", "300 MB", highest <= 300)
        speed = results.imported
        yield Row("import", f"{speed:,.0f} comments/s", "", "5,000/s", speed >= 5_000)
        start = results.start
        if start is None:
            yield Row("second start of bin/run", "not in a small run", "", "5 s")
        else:
            yield Row("second start of bin/run", f"{start:.1f} s", "", "5 s", start <= 5)

    def _weights(self) -> Iterator[Row]:
        """Pages with their files, compressed, as a visitor gets them who has nothing yet."""
        for page, visitor, most in (
            ("front", GUEST, 60),
            ("front", MEMBER, 60),
            ("thread", MEMBER, 100),
        ):
            look = self.results.looks[page, visitor]
            good, budget = look.weight <= most * KB, f"{most} KB"
            if page == "front":
                good, budget = good and look.requests <= 6, f"{budget}, 6 requests"
            figure = f"{look.weight / KB:.0f} KB, {look.requests} requests"
            yield Row(f"weight with its files, {visitor}: {page}", figure, "", budget, good)
        for page, most in (
            ("front", 12),
            ("board", 12),
            ("home", 12),
            ("thread", 20),
            ("huge", 20),
        ):
            count = self.results.queries[page][MEMBER]
            work = f"queries, member: {self._name(page)}"
            yield Row(work, str(count), "", str(most), count <= most)

    def _limits(self) -> Iterator[Row]:
        results = self.results
        lowest, highest = (f(load.throughput for load in results.limit) for f in (min, max))
        yield Row(
            f"A: {LIMIT_BYTES:,} fixed bytes",
            speed(self.limit.throughput, self.limit.latency),
            f"{len(results.limit)} times, {lowest:,.0f} to {highest:,.0f}",
        )
        one = merged(results.one)
        yield Row(
            "A1: the same after one SELECT",
            speed(one.throughput, one.latency),
            f"{share(one.throughput, self.limit.throughput)} of A",
        )
        alone = speed(self.alone.throughput, self.alone.latency)
        yield Row("A, asked for by one writer", alone, f"{len(results.alone)} times")

    def _equal(self, page: str, visitor: str, equal: Load) -> Row:
        load, look = self.results.loads[page, visitor], self.results.looks[page, visitor]
        return Row(
            f"{visitor}: {self._name(page)}, limit of equal size",
            speed(equal.throughput, equal.latency),
            f"the page: {share(load.throughput, equal.throughput)}",
            weight=f"{look.size:,}",
        )

    def _worst(self) -> Iterator[Row]:
        labels = {
            "huge": "a reply into the thread of 100,000",
            "wide": "a reply to one of 10,000 replies of one comment",
            "root": "a reply to the comment that has 10,000",
        }
        for name, work in labels.items():
            reply = self.results.replies[name]
            yield Row(
                work,
                f"{milliseconds(reply.latency)}, {reply.wal / KB:.1f} KB of WAL",
                f"{times(reply.latency, self.alone.latency)} of A's latency",
            )
