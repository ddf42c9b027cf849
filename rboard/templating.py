"""Django's templates, whose contexts don't outlive their page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.backends import django as backend
from django.template.context import make_context
from django.template.loader import get_template
from django.utils.safestring import SafeString


class Template(backend.Template):
    def render(
        self, context: dict[str, Any] | None = None, request: HttpRequest | None = None
    ) -> SafeString:
        """Render as Django does, and let go of all that was shown.

        A context refers to itself. Left as it is, it keeps what its page showed, comments with
        their words too, until the garbage collector comes, which is after some fifty pages.
        """
        shown = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(shown)
        finally:
            shown.dicts.clear()


class Templates(backend.DjangoTemplates):
    def from_string(self, template_code: str) -> Template:
        return Template(super().from_string(template_code).template, self)

    def get_template(self, template_name: str) -> Template:
        return Template(super().get_template(template_name).template, self)


def compile_all() -> None:
    """Compile every template of the site, and keep it as any that was asked for is kept."""
    folder = settings.BASE_DIR / "templates"
    for path in sorted(folder.rglob("*.html")):
        get_template(path.relative_to(folder).as_posix())
