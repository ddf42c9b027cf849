"""The tag `kept`: templates that are rendered once for each of their values."""

import pytest
from django.template import engines
from django.utils.translation import override
from pytest_django import Settings

from markup.templatetags import kept as tag

pytestmark = pytest.mark.one_database

PAGE = "{% load kept %}{% kept part loud=loud name=name %}"


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The templates that were rendered."""
    rendered: list[str] = []

    def render(source: str, context: dict[str, object]) -> str:
        rendered.append(source)
        return engines["django"].from_string(source).render(context)

    monkeypatch.setattr(tag, "render_to_string", render)
    tag._kept.cache_clear()
    return rendered


def page(part: str, **context: object) -> str:
    return engines["django"].from_string(PAGE).render({"part": part, "name": "<i>", **context})


def test_it_is_rendered_once_for_each_of_its_values(made: list[str]) -> None:
    part = "{{ name }}{% if loud %}!{% endif %}{{ user }}"
    for _ in range(2):
        assert page(part, loud=True, user="ann") == "&lt;i&gt;!"
        assert page(part, loud=False, user="ben") == "&lt;i&gt;"
    assert len(made) == 2


def test_each_language_has_its_own(made: list[str]) -> None:
    part = "{% load i18n %}{% translate 'Yes' %}"
    for _ in range(2):
        for language, said in (("en", "Yes"), ("de", "Ja")):
            with override(language):
                assert page(part) == said
    assert len(made) == 2


def test_under_debug_it_is_rendered_each_time(made: list[str], settings: Settings) -> None:
    settings.DEBUG = True
    for _ in range(2):
        page("x")
    assert len(made) == 2
