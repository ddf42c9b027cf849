"""Drill 5: two moderators decide each report at once: one act, the second is told.

Every other time both approve, else one approves and the other removes, with a reason.
"""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

from bench import preparing
from bench.serving import CSRF, HOST, Failed
from drills.result import Result, main
from drills.site import Site, fresh

SECONDS = 20.0
REPORTS_A_SECOND = 3
DESK = "/admin/moderation/case/"
TOLD = "was here before"
ACTS = "SELECT comment_id FROM moderation_act WHERE verb IN ('approve', 'remove')"
OPEN = "SELECT count(*) FROM moderation_case WHERE closed_at IS NULL"
LETTERS = "SELECT count(*) FROM inbox_letter WHERE kind = 'report'"


class Moderator:
    """Keeps cookies, in which the site says what became of a form."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        self.cookies = dict(pair.split("=", 1) for pair in (cookie, f"csrf={CSRF}"))

    def ask(self, path: str, **fields: str) -> tuple[int, str, str]:
        """The status, where it leads to and the page; with fields it is a form."""
        form = urlencode({"csrfmiddlewaretoken": CSRF} | fields) if fields else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection(HOST, self.port, timeout=60)) as link:
            link.request("POST" if form else "GET", path, form, headers)
            response = link.getresponse()
            page = response.read().decode()
        for kept in response.headers.get_all("Set-Cookie") or []:
            name, _equals, value = kept.partition(";")[0].partition("=")
            self.cookies[name] = value
        return response.status, response.headers.get("Location") or "", page

    def is_told(self, path: str, **fields: str) -> bool:
        """Whether the answer to a form says that another was quicker. Raises Failed if odd."""
        status, place, page = self.ask(path, **fields)
        if status == 302:
            page = self.ask(place.partition("#")[0])[2]
        elif status != 200:  # with which it comes back, and what was typed with it
            raise Failed(f"{path} was answered with {status}")
        return TOLD in page


def drill(seconds: float) -> Result:
    site = fresh()
    reports = int(seconds * REPORTS_A_SECOND)
    making = preparing.inside("drills.reported", site.environment, reports=reports)
    made: dict[str, Any] = preparing.answer(making)
    with site.serving() as server:
        both = [Moderator(server.port, cookie) for cookie in made["cookies"]]
        told = [_decide(both, case, number) for number, case in enumerate(made["cases"])]
    return _result(site, reports, told)


def _decide(both: list[Moderator], case: int, number: int) -> int:
    """How many of the two are told that the other was quicker."""
    here = Barrier(2)
    approve = {"one": f"approve:{case}"}
    remove = {"one": f"remove:{case}", "confirmed": "1", "reason": "Rude."}

    def at_once(moderator: Moderator, fields: dict[str, str]) -> bool:
        here.wait(60)
        return moderator.is_told(DESK, **fields)

    pairs = zip(both, (approve, remove if number % 2 else approve), strict=True)
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(at_once, moderator, asked) for moderator, asked in pairs]
        return sum(answer.result() for answer in answers)


def _result(site: Site, reports: int, told: list[int]) -> Result:
    acts = Counter(row[0] for row in site.query(ACTS))
    faults = []
    if len(acts) != reports or set(acts.values()) != {1}:
        faults.append(f"{sum(acts.values())} acts on {len(acts)} of {reports} reported comments")
    if set(told) != {1}:
        faults.append(f"{len([one for one in told if one != 1])} times not just one was told")
    if left := site.query(OPEN)[0][0]:
        faults.append(f"{left} reports wait still")
    if (letters := site.query(LETTERS)[0][0]) != reports:
        faults.append(f"{letters} letters to the reporter")
    if wrong := site.faults():
        faults.append(f"{wrong} faults in trees and counters")
    figures = {"reports": reports, "acts": sum(acts.values()), "second_told": sum(told)}
    said = (
        f"{reports} reports were decided by two at once: {figures['acts']} acts, "
        f"{figures['second_told']} times the second was told"
    )
    return Result(5, said, figures, faults)


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
