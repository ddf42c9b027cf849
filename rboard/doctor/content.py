"""What is in the site: an operator, whole comment trees, right counters."""

from collections.abc import Iterator

from accounts.models import Member
from discussions.upkeep import counts
from discussions.upkeep.drift import sweep
from discussions.upkeep.faults import Survey
from rboard.doctor.findings import PROBLEM, WARNING, Finding, good


def operator() -> Iterator[Finding]:
    if Member.objects.filter(is_superuser=True, is_active=True).exists():
        yield good("operator", "there is an account")
    else:
        yield Finding(
            "operator", WARNING, "nobody has all rights", "manage.py ensure_operator makes one"
        )


def trees() -> Iterator[Finding]:
    survey = Survey()
    survey.run(lambda _count: None)
    if survey.faulty:
        found = f"{len(survey.faulty):,} of {survey.trees:,} are not whole"
        yield Finding("trees", PROBLEM, found, "manage.py check_tree --fix")
    else:
        yield good("trees", f"{survey.trees:,}, all whole")


def counters() -> Iterator[Finding]:
    drifts = [
        sweep(derived, apply=False, advance=lambda _count: None)
        for derived in (counts.POSTS, counts.COMMENTS, counts.BOARDS)
    ]
    wrong = sum(drift.drifted for drift in drifts)
    if wrong:
        yield Finding("counters", WARNING, f"{wrong:,} have drifted", "manage.py recount --apply")
    else:
        yield good("counters", "all as counted")
