"""What Prometheus reads of a server of several processes."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from rboard.tests.browser.site import ROOT, clean_environment, serving


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that is measured, on an SQLite database of its own."""
    folder = tmp_path_factory.mktemp("measured")
    Path(folder, "allow").write_text("127.0.0.1\n")
    environment = clean_environment() | {
        "DEBUG": "1",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "ENV_FILE": os.devnull,
        "WEB_CONCURRENCY": "2",
        "METRICS_ALLOW_FILE": str(folder / "allow"),  # as any setting may be given
        "PAGE_CACHE_SECONDS": "60",
    }
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    with Path(folder, "log").open("wb") as log, serving(environment, log) as address:
        yield address


def read(address: str, **headers: str) -> str:
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return str(answer.read().decode())


def figure(said: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", said, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_all_processes_together_are_counted(site: str) -> None:
    name = 'rboard_requests_total{method="GET",status="200",view="boards:directory"}'
    before = read(f"{site}/metrics")
    for number in range(20):
        read(f"{site}/boards/?q={number}")
    after = read(f"{site}/metrics")
    assert figure(after, name) - figure(before, name) == 20
    count = 'rboard_request_seconds_count{view="boards:directory"}'
    assert figure(after, count) - figure(before, count) == 20
    queries = 'rboard_queries_total{view="boards:directory"}'
    assert figure(after, queries) - figure(before, queries) >= 20
    missed = 'rboard_cache_total{result="miss"}'
    assert figure(after, missed) - figure(before, missed) == 20
    assert "rboard_reports_waiting 0.0" in after
    assert "rboard_oldest_report_seconds 0.0" in after


@pytest.mark.parametrize("client", ["203.0.113.5", "10.0.0.1, 203.0.113.5"])
def test_it_is_for_those_alone_whom_the_operator_allows(site: str, client: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        read(f"{site}/metrics", **{"X-Forwarded-For": client})


def test_what_does_not_exist_is_one_label(site: str) -> None:
    for path in ("/b/nothing-there-1/", "/no/such/address"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            read(site + path)
    said = read(f"{site}/metrics")
    assert "nothing-there" not in said
    assert 'status="404",view="none"' in said


def test_methods_that_somebody_makes_up_are_one_label(site: str) -> None:
    for method in ("MADEUP", "QQQ"):
        asking = urllib.request.Request(f"{site}/boards/", method=method)
        with pytest.raises(urllib.error.HTTPError, match=r"40[35]"):
            urllib.request.urlopen(asking)
    said = read(f"{site}/metrics")
    assert "MADEUP" not in said
    assert 'method="other"' in said
