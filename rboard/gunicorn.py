"""How gunicorn serves rboard, for `bin/run` and the container image alike.

HOST, PORT, WEB_CONCURRENCY (processes) and WEB_THREADS (threads of each) change it. Request limits
are gunicorn's own defaults; the access log is rboard/requests.py's.

One thread is meant for a site behind a proxy: each process then answers one request after the
other. A process of several threads takes all connections it can get and lets its threads wait for
each other, while other processes have nothing to do: over eight connections four processes of two
threads gave 70 % of the pages that four of one gave, and four of eight threads 40 %. But without a
proxy a browser that opens a connection and says nothing would hold a process up, so `bin/run`,
which faces browsers itself, has threads.
"""

import gc
import importlib
import os
import resource
import shutil
import socket
import sys
import tempfile

from django.core.exceptions import ImproperlyConfigured


def number(name: str, default: int) -> int:
    """The whole number above zero in the environment variable `name`."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        sys.exit(f"rboard: {name} must be a whole number above zero, not {value!r}")
    return int(value)


try:
    settings = importlib.import_module("rboard.settings")
except ImproperlyConfigured as error:  # one line, where the application would end in a traceback
    sys.exit(f"rboard: {error}")

host = os.environ.get("HOST") or "127.0.0.1"
try:
    socket.getaddrinfo(host, None)
except (OSError, UnicodeError):
    sys.exit(f"rboard: HOST must be an address or a name of this machine, not {host!r}")
bind = f"[{host}]:{settings.PORT}" if ":" in host else f"{host}:{settings.PORT}"

workers = number("WEB_CONCURRENCY", 2)
threads = number("WEB_THREADS", 1)
worker_class = f"rboard.workers.{'OneByOne' if threads == 1 else 'Threads'}"

# So many at once, others stand in line: a process that can open no more files ends, with all it has
# in hand. Besides connections of visitors there are those of its threads to databases and Redis.
_files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
_room = 100 + 5 * threads
worker_connections = 1000
if _files != resource.RLIM_INFINITY:
    worker_connections = max(threads + 1, min(worker_connections, _files - _room))
# A rolling update gives requests in flight this many seconds.
graceful_timeout = 30
# Loaded once, before the processes part: they share its memory.
preload_app = True
# The heartbeat file must not wait for a disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
# One socket in the home folder for all servers of a user is one too many.
control_socket_disable = True

# No proxy says by a header where the site is mounted: what it said would stay in kept links.
forwarder_headers = ""
# Who came by which scheme is found out by rboard/proxies.py alone.
forwarded_allow_ips = ""

if settings.LOG_FORMAT == "json":
    logconfig_dict = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "rboard.logs.Json"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "loggers": {"gunicorn.error": {"handlers": ["console"], "propagate": False}},
    }

# Each process writes what it counts into a file of its own; see rboard/metrics.py.
if settings.METRICS_ALLOW:
    _figures = tempfile.mkdtemp(prefix="rboard-metrics-", dir=worker_tmp_dir)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _figures


def when_ready(_server: object) -> None:
    """Leave what was loaded so far out of the garbage collection, also to keep it shared."""
    gc.collect()
    gc.freeze()
    # A page makes some ten thousand objects, and nearly all go without the collector's help.
    gc.set_threshold(50_000, 20, 20)


def post_worker_init(_worker: object) -> None:
    """Take up the work of rboard's own; benchmarks and tests serve other applications."""
    if "rboard.wsgi" in sys.modules:
        if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
            importlib.import_module("rboard.patience").begin()
        # The mail that the servers before left.
        importlib.import_module("accounts.mailing").wake()


def worker_exit(_server: object, _worker: object) -> None:
    if "accounts.mailing" in sys.modules:
        importlib.import_module("accounts.mailing").end()


def on_exit(_server: object) -> None:
    if settings.METRICS_ALLOW:
        shutil.rmtree(_figures, ignore_errors=True)
