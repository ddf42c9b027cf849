"""Forms for posts, comments and votes."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout
from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from boards.models import Board
from discussions.actions.posts import post_key
from discussions.actions.receipts import was_taken
from discussions.models import Post
from discussions.models.comments import TEXT_MAX_LENGTH as COMMENT_MAX_LENGTH
from discussions.models.posts import TEXT_MAX_LENGTH as POST_MAX_LENGTH
from discussions.models.posts import TITLE_MAX_LENGTH, URL_MAX_LENGTH
from markup.fields import LineField, MarkdownField

# How long a link stays known on its board.
LATELY = timedelta(days=30)


class OnceField(forms.UUIDField):
    """The key of this very form, by which a second sending of it is known (actions.receipts)."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=uuid4)


class PostForm(forms.Form):
    """A new post: a title and a text, a link, or both."""

    title = LineField(label=_("Title"), max_length=TITLE_MAX_LENGTH)
    url = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=URL_MAX_LENGTH,
        help_text=_("Leave it empty for a text post."),
        validators=[
            URLValidator(
                schemes=["http", "https"],
                message=_("Give a whole address that begins with http:// or https://."),
            )
        ],
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    text = MarkdownField(label=_("Text"), required=False, max_length=POST_MAX_LENGTH)
    once = OnceField()
    again = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, board: Board, author: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.board, self.author = board, author
        self.posted_before: Post | None = None
        self.helper = _helper(_("Post"), "title", "url", "text", "once", preview=True)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        url = cleaned.get("url")
        if not url or cleaned.get("again"):
            return cleaned
        earlier = self._lately_posted(url)
        # Asked in this order: the first sending of this form may be committed in between.
        if earlier and not was_taken(self.author, self._key(cleaned)):
            self.posted_before = earlier
            # The form that goes back says that its author has seen this.
            self.data = dict(self.data.items()) | {"again": "on"}
            self.helper.layout.append("again")
            raise forms.ValidationError(
                _("This link was posted here lately (see above). Press Post again to insist."),
                code="posted_before",
            )
        return cleaned

    def _key(self, cleaned: dict[str, Any]) -> UUID | None:
        words = [cleaned.get(name, "") for name in ("title", "url", "text")]
        return post_key(cleaned.get("once"), self.board, *words)

    def _lately_posted(self, url: str) -> Post | None:
        since = timezone.now() - LATELY
        posts = Post.objects.with_link(url, self.board).live().filter(created_at__gte=since)
        return posts.select_related("board").order_by("-created_at").first()


class PostEditForm(forms.Form):
    title = LineField(label=_("Title"), max_length=TITLE_MAX_LENGTH)
    text = MarkdownField(label=_("Text"), required=False, max_length=POST_MAX_LENGTH)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Save"), "title", "text", preview=True)


class CommentForm(forms.Form):
    """A reply; `parent` is the comment it answers, or nothing for the post."""

    text = MarkdownField(
        label=_("Your comment"),
        max_length=COMMENT_MAX_LENGTH,
        error_messages={"required": _("Write something first.")},
    )
    parent = forms.IntegerField(
        required=False, min_value=1, max_value=10**18, widget=forms.HiddenInput
    )
    once = OnceField()


class CommentEditForm(forms.Form):
    text = MarkdownField(
        label=_("Your comment"),
        max_length=COMMENT_MAX_LENGTH,
        error_messages={"required": _("Write something first, or delete the comment.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(_("Save"), "text", preview=True)


class VoteForm(forms.Form):
    """What the vote shall be; 0 takes it back."""

    value = forms.TypedChoiceField(choices=[(1, "up"), (0, "none"), (-1, "down")], coerce=int)


def _helper(verb: Any, *fields: str, preview: bool = False) -> FormHelper:
    """One column, the button named by its verb."""
    helper = FormHelper()
    helper.form_class = "composer"
    helper.attrs = {"novalidate": ""}
    rows: list[Any] = [Field(name) for name in fields]
    if preview:
        rows.append(HTML("{% include 'discussions/_preview.html' %}"))
    helper.verb = verb
    rows.append(HTML("{% include 'discussions/_form_buttons.html' %}"))
    helper.layout = Layout(*rows)
    return helper
