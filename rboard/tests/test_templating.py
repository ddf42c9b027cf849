"""Templates, and how long what they show stays in memory."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.template import engines

from rboard.templating import compile_all


class Shown:
    def __str__(self) -> str:
        return "shown"


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("request_", [None, HttpRequest()], ids=["alone", "for a request"])
def test_what_a_page_showed_is_freed_with_it(
    request_: HttpRequest | None, no_collector: None
) -> None:
    shown = Shown()
    kept = weakref.ref(shown)
    page = engines["django"].from_string("{% with also=shown %}{{ also }}{% endwith %}")

    assert page.render({"shown": shown}, request_) == "shown"

    del shown
    assert kept() is None


def test_templates_are_compiled_before_they_are_asked_for() -> None:
    (loader,) = engines["django"].engine.template_loaders
    loader.reset()

    compile_all()

    assert "discussions/thread.html" in loader.get_template_cache
    assert "moderation/modlog.html" in loader.get_template_cache
