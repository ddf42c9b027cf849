"""Lists and forms of the admin that answer whatever is asked: nonsense finds nothing, breaks none.

Django judges most of what an address or a form says only when the database is asked, or not at all.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, ValidationError
from django.db import (
    DataError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    connection,
    transaction,
)
from django.http import HttpRequest
from django.utils.translation import gettext as _

from paging.ids import id_of

if TYPE_CHECKING:
    Base = admin.ModelAdmin
else:
    Base = object

# Of values that are no date, no number, no expression or no text for the database that is asked.
NONSENSE = (ValueError, OverflowError, DataError, NotSupportedError, OperationalError)


class Sturdy(Base):
    """For every model admin; the site mixes it in."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The rows are counted in it, and so every filter is asked once."""
        try:
            with transaction.atomic():
                return super().get_changelist_instance(request)
        except NONSENSE as error:
            if not request.GET:
                raise  # then it is not the question
            raise IncorrectLookupParameters(error) from error

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Where another saved the same just then, the form now sees it and says so."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (ValidationError, IntegrityError):
            if connection.in_atomic_block and connection.needs_rollback:
                raise
            return super().changeform_view(request, *args, **kwargs)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(id_of(pk) is None for pk in chosen):
            raise BadRequest(_("Choose from the rows that are listed."))
        return super().response_action(request, *args, **kwargs)
