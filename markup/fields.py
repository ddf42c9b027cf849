"""Form fields for what people write."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from markup import MarkupError, clean, one_line, render


class MarkdownField(forms.CharField):
    """Text that can be rendered; cleaned of what no text needs, its length judged before that."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        # `clean` trims; the indent of a first line may mean code.
        super().__init__(**{"strip": False} | options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """No `maxlength`: a browser would cut off what is pasted, without a word."""
        return {
            name: at for name, at in super().widget_attrs(widget).items() if name != "maxlength"
        }

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            render(text)
        except MarkupError as error:
            raise ValidationError(str(error), code="markup") from None
        return text


class LineField(forms.CharField):
    """One line of words, a title for instance: blanks run together, nothing invisible stays."""

    def to_python(self, value: Any) -> str:
        line = one_line(super().to_python(value) or "")
        # Marks of format and joiners may stand in words, but are none.
        return line if any(unicodedata.category(each) != "Cf" for each in line) else ""
