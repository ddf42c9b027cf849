"""Drill 13: the mail server is down, then hangs: visitors don't wait, the mail goes later.

Registering sends no mail; who asks for a link to set a password is sent one. The server that was
asked is gone by the time the mail server is back.
"""

import socketserver
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from bench.serving import HOST, free_port
from drills.result import Result, main
from drills.site import Site, fresh, send

MEMBERS = 4  # who register in each state
SECONDS = 2.0  # in each state, at least
ANSWERED_SECONDS = 2.0
ARRIVES_SECONDS = 75.0  # from when the mail server is back: two attempts
PASSWORD = "a sentence of many words"  # noqa: S105


class Talk(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs to be rid of a mail, or silence."""

    server: "MailServer"

    def handle(self) -> None:
        if self.server.hangs:
            self.rfile.read()  # until the client goes
            return
        self._say("220 mail")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"RCPT":
                self.server.received.append(line.decode().partition("<")[2].partition(">")[0])
            if command == b"DATA":
                self._say("354 go on")
                while self.rfile.readline() not in {b".\r\n", b""}:
                    pass
            self._say("221 bye" if command == b"QUIT" else "250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, hangs: bool) -> None:
        super().__init__((HOST, port), Talk)
        self.hangs = hangs
        self.received: list[str] = []


@contextmanager
def mail_server(port: int, hangs: bool) -> Iterator[MailServer]:
    with MailServer(port, hangs) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def drill(seconds: float) -> Result:
    mail_port = free_port()
    site = fresh(EMAIL_URL=f"smtp://{HOST}:{mail_port}")
    times: dict[str, list[float]] = {"registering": [], "asking": []}
    faults: list[str] = []
    with site.serving() as server:
        _visit(server.port, "down", seconds, times, faults)
        with mail_server(mail_port, hangs=True):
            _visit(server.port, "hanging", seconds, times, faults)
    with mail_server(mail_port, hangs=False) as mails, site.serving():
        took = _wait_for_mail(site, mails)
    wanted = sorted(_address(state, n) for state in ("down", "hanging") for n in range(MEMBERS))
    if sorted(mails.received) != wanted:
        faults.append(f"of {len(wanted)} mails {len(mails.received)} came: {mails.received}")
    slowest = {name: round(max(each), 2) for name, each in times.items()}
    faults += [f"{name} took {n} s" for name, n in slowest.items() if n > ANSWERED_SECONDS]
    figures = {
        "members": len(wanted),
        "slowest_seconds": slowest,
        "mails": len(mails.received),
        "mails_after_seconds": round(took, 1),
    }
    told = (
        f"With the mail server down and hanging, registering took {slowest['registering']} s and "
        f"asking for a link {slowest['asking']} s at most; all {len(mails.received)} mails came "
        f"{took:.0f} s after it and the site were started again"
    )
    return Result(13, told, figures, faults)


def _visit(
    port: int, state: str, seconds: float, times: dict[str, list[float]], faults: list[str]
) -> None:
    until = time.monotonic() + seconds
    for number in range(MEMBERS):
        name = f"member_{state}_{number}"
        account = {"username": name, "password1": PASSWORD, "password2": PASSWORD}
        account["email"] = _address(state, number)
        for what, path, fields in (
            ("registering", "/register/", account),
            ("asking", "/password-reset/", {"email": name}),
        ):
            began = time.monotonic()
            status = send(port, path, fields)
            times[what].append(time.monotonic() - began)
            if status != 302:
                faults.append(
                    f"{what} was answered with {status} while the mail server was {state}"
                )
    time.sleep(max(0.0, until - time.monotonic()))


def _address(state: str, number: int) -> str:
    return f"{state}-{number}@mail.example"


def _wait_for_mail(site: Site, mails: MailServer) -> float:
    """Until none is due any more; the seconds that took."""
    began = time.monotonic()
    while time.monotonic() < began + ARRIVES_SECONDS:
        if site.query("SELECT count(*) FROM accounts_duemail") == [(0,)]:
            break
        time.sleep(0.2)
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main(__doc__, drill, SECONDS))
