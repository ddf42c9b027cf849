"""One run of the benchmark: what is measured, and in which order."""

import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import import_reddit, pages, preparing, replies, starting
from bench.archive import Archive
from bench.memory import Watch, family
from bench.pages import Load, Page
from bench.replies import Written
from bench.serving import Failed, Server, environment, serving, sibling
from bench.sizes import Plan

LIMIT_BYTES = 30_000
ROUNDS = 3  # of measurements that are held against each other
GUEST, COLD, MEMBER = "guest", "guest, nothing cached", "member"
NO_CACHE = {"PAGE_CACHE_SECONDS": "0"}


@dataclass
class Replies:
    """What came of replies of one kind: seconds and bytes of WAL, each the median or the mean."""

    latency: float
    wal: float


@dataclass
class Results:
    """Everything that was measured; by page and visitor where it is of pages."""

    posts: int = 0
    comments: int = 0
    deep: int = 0
    compared_deep: int = 0
    limit: list[Load] = field(default_factory=list)
    one: list[Load] = field(default_factory=list)
    alone: list[Load] = field(default_factory=list)  # the limit asked for by one client
    loads: dict[tuple[str, str], Load] = field(default_factory=dict)
    equals: dict[tuple[str, str], Load] = field(default_factory=dict)
    looks: dict[tuple[str, str], Page] = field(default_factory=dict)
    queries: dict[str, dict[str, int]] = field(default_factory=dict)
    # Seconds of the first over seconds of the second.
    ratios: dict[str, float] = field(default_factory=dict)
    replies: dict[str, Replies] = field(default_factory=dict)
    storm: float = 0.0  # replies a second
    memory: tuple[float, float] = (0.0, 0.0)  # MiB, warm and highest
    imported: float = 0.0  # comments a second
    start: float | None = None  # seconds


class Run:
    """The servers of one run, and what was measured there so far."""

    def __init__(self, plan: Plan, database: str) -> None:
        self.plan, self.database = plan, database
        self.compared = sibling(database, "compared")
        self.archive = sibling(database, "archive")
        self.results = Results()
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        print(f"{time.monotonic() - self.began:6.0f} s  {text}", file=sys.stderr, flush=True)

    def measure(self) -> Results:
        plan = self.plan
        self.say(f"making a site of {plan.site.posts:,} posts and one of 10,000")
        preparing.prepare(self.database, ["compared", "archive"])
        self.site, self.small = preparing.make(
            {self.database: plan.site, self.compared: plan.comparison}
        )
        self.results.posts = plan.site.posts
        self.results.comments = self.site["comments"]
        self.results.deep, self.results.compared_deep = self.site["deep"], self.small["deep"]
        self.say("starting servers, and asking for each page")
        with self._servers():
            self._measure_pages()
            self._compare()
            self._measure_replies()
        self._count_queries()
        self.say("importing an archive")
        archive = Archive(1, plan.imported, plan.imported // 100)
        self.results.imported = import_reddit.measure(archive, environment(self.archive)).speed
        if plan.whole:
            self.say("starting bin/run twice in a copy")
            self.results.start = starting.second_start()
        self.say("done")
        return self.results

    @contextmanager
    def _servers(self) -> Iterator[None]:
        with ExitStack() as stack:

            def serve(database: str, application: str = "rboard.wsgi", **more: str) -> Server:
                return stack.enter_context(serving(environment(database, **more), application))

            self.limit = serve(
                self.database, "bench.limit", DJANGO_SETTINGS_MODULE="bench.limit_settings"
            )
            self.server = serve(self.database)
            self.cold = serve(self.database, **NO_CACHE)
            self.compared_server = serve(self.compared, **NO_CACHE)
            self._warm_up()
            watch = Watch(self.server.pid)
            yield
            watch.stop()
            self.results.memory = (self.warm, max(self.warm, watch.all))

    def _warm_up(self) -> None:
        """Each page once in each process; the memory after that is the warm one."""
        for _name, visitor, path in self._all_pages():
            server, cookie = self._visit(visitor)
            pages.warm_up(server, path, cookie, times=1)
        self.warm = family(self.server.pid)

    def _all_pages(self) -> Iterator[tuple[str, str, str]]:
        """Name, visitor and address."""
        for name, page in self.site["pages"].items():
            if page["guest"]:
                yield name, GUEST, page["guest"]
                yield name, COLD, page["guest"]
            yield name, MEMBER, page["member"]

    def _visit(self, visitor: str) -> tuple[Server, str]:
        """The server that a visitor asks, and the cookie."""
        cookie = self.site["reader"] if visitor == MEMBER else ""
        return self.cold if visitor == COLD else self.server, cookie

    # --- Pages ------------------------------------------------------------------------------

    def _measure_limit(self) -> None:
        seconds = self.plan.seconds
        self.results.limit.append(pages.load(self.limit, f"/?bytes={LIMIT_BYTES}", seconds))

    def _measure_pages(self) -> None:
        results, seconds = self.results, self.plan.seconds
        self._measure_limit()
        results.one.append(pages.load(self.limit, f"/one/?bytes={LIMIT_BYTES}", seconds))
        before = ""
        for name, visitor, path in self._all_pages():
            if name != before:
                self.say(f"loading: {name}")
                self._measure_limit()
            before = name
            server, cookie = self._visit(visitor)
            key = (name, visitor)
            look = results.looks[key] = pages.look(server, path, cookie)
            results.loads[key] = pages.load(server, path, seconds, cookie)
            if visitor == MEMBER:
                equal = f"/?bytes={look.size}"
                results.equals[key] = pages.load(self.limit, equal, seconds)
        results.one.append(pages.load(self.limit, f"/one/?bytes={LIMIT_BYTES}", seconds))

    def _compare(self) -> None:
        self.say("comparing large with small")
        reader = self.site["reader"], self.small["reader"]
        for name in ("front", "deep"):
            large, small = (site["pages"][name]["member"] for site in (self.site, self.small))
            sides = ((self.cold, large, reader[0]), (self.compared_server, small, reader[1]))
            self.results.ratios[name] = self._ratio(*sides)
        huge, middle = (self.site["pages"][name]["member"] for name in ("huge", "middle"))
        sides = (self.cold, huge, reader[0]), (self.cold, middle, reader[0])
        self.results.ratios["huge"] = self._ratio(*sides)

    def _ratio(self, *sides: tuple[Server, str, str]) -> float:
        """Time of the first page over time of the second, loaded in turns."""
        loads = defaultdict(list)
        for _ in range(ROUNDS):
            for place, (server, path, cookie) in enumerate(sides):
                loads[place].append(pages.load(server, path, self.plan.seconds, cookie))
        return pages.merged(loads[0]).seconds / pages.merged(loads[1]).seconds

    # --- Replies ----------------------------------------------------------------------------

    def _measure_replies(self) -> None:
        self.say("replying")
        results = self.results
        self._measure_alone()
        results.replies["alone"] = self._replies("alone")
        self._measure_alone()
        empty, huge = [], []
        for _ in range(2):
            empty.append(self._replies("empty").latency)
            huge.append(self._replies("huge"))
        results.ratios["reply"] = sum(each.latency for each in huge) / sum(empty)
        results.replies["huge"] = huge[-1]
        for name in ("wide", "root"):
            results.replies[name] = self._replies(name, roots=0.0, only=True)
        self._measure_alone()
        self._measure_limit()
        results.storm = self._storm()
        self._measure_limit()

    def _measure_alone(self) -> None:
        """The limit over one connection, asked for by who sends the replies."""
        count, path = self.plan.replies, f"/?bytes={LIMIT_BYTES}"
        [asked] = replies.write([replies.Job(self.limit.port, "", path, [], count, reads=True)])
        self.results.alone.append(Load(1 / asked.latency, asked.latency))

    def _replies(self, name: str, **more: Any) -> Replies:
        """One writer alone."""
        target, count = self.site["targets"][name], self.plan.replies
        job = replies.job(self.server, target, self.site["writers"][0], count, **more)
        before = preparing.ask(self.database, "SELECT pg_current_wal_lsn()")
        [written] = self._write([target], [job])
        wal = preparing.ask(
            self.database, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", before
        )
        return Replies(written.latency, float(wal) / (count + replies.WARM_UP))

    def _storm(self) -> float:
        """Replies a second of eight writers, each into a thread of its own."""
        targets = [
            target for name, target in self.site["targets"].items() if name.startswith("storm")
        ]
        jobs = [
            replies.job(self.server, target, cookie, self.plan.storm)
            for target, cookie in zip(targets, self.site["writers"], strict=True)
        ]
        return replies.throughput(self._write(targets, jobs))

    def _write(self, targets: list[dict[str, Any]], jobs: list[replies.Job]) -> list[Written]:
        """Send the replies and prove that each is there."""
        before = [self._held(target) for target in targets]
        written = replies.write(jobs)
        for target, job, (counted, there) in zip(targets, jobs, before, strict=True):
            more = job.count + replies.WARM_UP
            if self._held(target) != (counted + more, there + more):
                raise Failed(f"replies to post {target['post']} got lost or were not counted")
        return written

    def _held(self, target: dict[str, Any]) -> tuple[int, int]:
        """The comments of a post: as it counts them, and as they are."""
        counted = "SELECT comment_count FROM discussions_post WHERE id = %s"
        there = "SELECT count(*) FROM discussions_comment WHERE post_id = %s"
        post = target["post"]
        return (
            preparing.ask(self.database, counted, post),
            preparing.ask(self.database, there, post),
        )

    def _count_queries(self) -> None:
        settings = environment(self.database, **NO_CACHE)
        found = preparing.inside(
            "queries", settings, pages=self.site["pages"], reader=self.site["reader"]
        )
        self.results.queries = preparing.answer(found)
