"""The form field for Markdown."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from markup import MarkupError, clean, render


class MarkdownField(forms.CharField):
    """Text that can be rendered; cleaned of what no text needs, its length judged before that."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value) or "")

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            render(text)
        except MarkupError as error:
            raise ValidationError(str(error), code="markup") from None
        return text
