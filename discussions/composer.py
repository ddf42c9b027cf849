"""The form below a post in which a comment is written, as long as nothing is written in it."""

from typing import NamedTuple
from uuid import uuid4

from django.utils.safestring import SafeString

from discussions.fragments import Fragment
from discussions.models import Post


class ComposerKind(NamedTuple):
    """The template is also rendered as it is, with a CommentForm: for a reply, and with errors."""

    plain: bool = False


_COMPOSER = Fragment(
    "discussions/_composer.html", "post__pk post__address composer__once__value csrf_token"
)


def composer(post: Post, csrf_token: str) -> SafeString:
    fill = _COMPOSER.filler()
    values = (post.pk, SafeString(post.address), str(uuid4()), csrf_token)
    return SafeString(fill(ComposerKind(), values))
