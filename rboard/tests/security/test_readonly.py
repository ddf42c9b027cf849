"""Every address × every kind of visitor while the site is read-only: nothing is changed."""

import pytest
from pytest_django import Settings

from rboard import readonly
from rboard.models import ReadOnly
from rboard.tests.security.browser import Browser
from rboard.tests.security.database import unchanged
from rboard.tests.security.test_walk import EVERYTHING, paths_in, problems
from rboard.tests.security.visitors import VISITORS, Places, Visitors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("visitor", VISITORS)
def test_nothing_is_changed(
    visitor: str,
    visitors: Visitors,
    places: Places,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not even what is remembered of who looks at what, and no session."""
    browser = Browser(visitors[visitor])
    monkeypatch.setattr(readonly, "known", readonly._Known())
    settings.READ_ONLY_SECONDS = 3600
    readonly.known.forget()
    ReadOnly.objects.create(reason="New disks.")
    wrong = []
    with unchanged():
        for address, path in paths_in(places.public):
            page = browser.get(path)
            if page.status_code >= 500:
                wrong += [f"{path} ({address}): {problem}" for problem in problems(page)]
            # What is the member's own is given out then too.
            if address.name in {"accounts:logout", "moderation:export"}:
                continue
            answer = browser.raw("POST", path, EVERYTHING)
            if answer.status_code not in {302, 404, 422, 503}:
                wrong.append(f"POST {path} ({address}): {answer.status_code}")
    assert not wrong, "\n".join(wrong)
