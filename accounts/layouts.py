"""How forms are laid out."""

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML
from django import forms
from django.utils.functional import Promise

# Tells password managers whose password a form without a name is about.
WHOSE_PASSWORD = HTML(
    '<input type="text" autocomplete="username" value="{% firstof form.user user %}" hidden>'
)


class OneColumn(FormHelper):
    """Labels above, help under, and one button last, named by its verb.

    The server judges what was typed, not the browser: its errors stay on the page, in its words.
    """

    def __init__(
        self, form: forms.BaseForm, button: str | Promise, *, style: str = "btn-primary"
    ) -> None:
        super().__init__(form)
        self.attrs = {"novalidate": ""}
        self.layout.append(StrictButton(button, type="submit", css_class=style))
