"""What wrk says is understood."""

import subprocess

import pytest

from bench import pages
from bench.serving import Failed, Server

SAID = """Running 1s test @ http://127.0.0.1:8000/
  1 threads and 8 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.16ms  450.10us  12.02ms   90.13%
    Req/Sec     6.97k   391.22     7.40k    80.00%
  Latency Distribution
     50%  {median}
     75%    1.30ms
     90%    1.61ms
     99%    2.43ms
  {count} requests in 1.10s, 207.10MB read
{errors}Requests/sec:   6932.15
Transfer/sec:    206.46MB
"""
SERVER = Server(port=1, pid=1)


@pytest.fixture
def wrk_says(monkeypatch):
    def say(median="1.05ms", count=6932, errors=""):
        said = SAID.format(median=median, count=count, errors=errors)
        done = subprocess.CompletedProcess([], 0, stdout=said)
        monkeypatch.setattr(pages, "find_wrk", lambda: "wrk")
        monkeypatch.setattr(pages.subprocess, "run", lambda *args, **kwargs: done)

    return say


@pytest.mark.parametrize(("median", "seconds"), [("850.00us", 85e-5), ("1.05ms", 105e-5)])
def test_throughput_and_median_are_read(wrk_says, median, seconds):
    wrk_says(median)
    answers, load = pages.wrk(SERVER, "/", 1, "", 8)
    assert answers == 6932
    assert load.throughput == pytest.approx(6932.15)
    assert load.latency == pytest.approx(seconds)


@pytest.mark.parametrize(
    "error",
    ["  Non-2xx or 3xx responses: 3\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\n"],
)
def test_answers_that_are_no_pages_are_no_measurement(wrk_says, error):
    wrk_says(errors=error)
    with pytest.raises(Failed):
        pages.wrk(SERVER, "/", 1, "", 8)


def test_a_page_that_is_never_answered_is_no_measurement(wrk_says, monkeypatch):
    monkeypatch.setattr(pages, "warm_up", lambda *args: None)
    wrk_says(count=0)
    with pytest.raises(Failed, match="not answered"):
        pages.load(SERVER, "/", 1)
