"""Every address of the site, filled in for a place of it, and who comes there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admindocs.views import simplify_regex
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from accounts.models import Member
from discussions.models import Comment
from inbox.models import Letter
from moderation.models import Act

Visitors = dict[str, Member | None]
Values = Mapping[str, Any]

VISITORS = [
    "guest",
    "member",
    "author",
    "approved",
    "moderator",
    "moderator of another board",
    "moderator of the private board",
    "staff without a role",
    "staff",
    "superuser",
]
# They may not read the private board.
OUTSIDERS = [
    "guest",
    "member",
    "author",
    "moderator",
    "moderator of another board",
    "staff without a role",
]

# Ids and names of what does not exist, as long as those of what does.
NO_ID = 999_999
NO_BOARD = "board_x"


@dataclass
class Places:
    """What the arguments of addresses stand for, place by place."""

    public: Values
    private: Values
    # The private board's ids below the public board's name.
    crossed: Values
    # The same addresses of what does not exist.
    no_board: Values
    no_post: Values
    no_comment: Values


def places_of(public: Comment, private: Comment) -> Places:
    """Fill in the arguments of addresses for two comments and what does not exist.

    Every argument of every address of the site must be told here; a new one that leads to what is
    private must differ between `public`, `private` and what does not exist.
    """
    letter = Letter.objects.order_by("pk").first()
    common = {
        "username": "ann",
        "letter_id": letter.pk if letter else NO_ID,
        # An account's link to set a password, which does not hold.
        "uidb64": "MQ",
        "token": "c8y3k1-0123456789abcdef",
        # The admin's.
        "app_label": next(iter({model._meta.app_label for model in admin.site._registry})),
        "url": "nothing/",
        "content_type_id": ContentType.objects.get_for_model(Comment).pk,
        "object_id": public.pk,
    }
    open_ids = {"board_name": public.post.board.name, **_ids(public), "act_id": _act(public)}
    closed_ids = {"board_name": private.post.board.name, **_ids(private), "act_id": _act(private)}
    return Places(
        public=common | open_ids,
        private=common | closed_ids,
        crossed=common | closed_ids | {"board_name": public.post.board.name},
        no_board=common | closed_ids | {"board_name": NO_BOARD, "act_id": NO_ID},
        no_post=common
        | open_ids
        | {"post_id": NO_ID, "comment_id": NO_ID, "slug": "no", "act_id": NO_ID},
        no_comment=common | open_ids | {"comment_id": NO_ID},
    )


def _act(comment: Comment) -> int:
    """The number of an act that concerns the author of a comment, and changed nothing."""
    act = Act.objects.filter(comment=comment).first()
    return act.pk if act else NO_ID


def _ids(comment: Comment) -> Values:
    return {"post_id": comment.post_id, "comment_id": comment.pk, "slug": comment.post.slug}


@dataclass(frozen=True)
class Address:
    """A pattern of the URL configuration: its name, and its path with <arguments>."""

    name: str
    route: str

    def __str__(self) -> str:
        return self.name

    @property
    def arguments(self) -> list[str]:
        return re.findall(r"<(\w+)>", self.route)

    @property
    def is_of_admin(self) -> bool:
        return self.route.startswith("/admin/")

    def path(self, values: Values) -> str:
        values = {**values, **self._row_of_admin()}
        unknown = [argument for argument in self.arguments if argument not in values]
        assert not unknown, (
            f"The address {self.route} takes {', '.join(unknown)}, and no test knows what to put "
            "there: tell it in places_of (rboard/tests/security/visitors.py), for what is "
            "public, what is private and what does not exist."
        )
        return re.sub(r"<(\w+)>", lambda match: str(values[match[1]]), self.route)

    def _row_of_admin(self) -> Values:
        """The youngest row of the model that an address of the admin is about."""
        match = re.match(r"/admin/(\w+)/(\w+)/<(\w+)>/", self.route)
        if match is None:
            return {}
        model = apps.get_model(match[1], match[2])
        row = model._default_manager.order_by("-pk").first()
        return {match[3]: row.pk if row else NO_ID}


def every_address() -> list[Address]:
    """All addresses of the URL configuration, the admin's included."""
    return list(_addresses(get_resolver().url_patterns, "/", ""))


def _addresses(
    patterns: list[URLPattern | URLResolver], route: str, namespace: str
) -> Iterator[Address]:
    for pattern in patterns:
        here = route + _simple(pattern)
        if isinstance(pattern, URLResolver):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _addresses(pattern.url_patterns, here, below)
        else:
            yield Address(f"{namespace}{pattern.name or pattern.lookup_str}", here)


def _simple(pattern: URLPattern | URLResolver) -> str:
    """The pattern's own part of the path, with <arguments>."""
    route = str(pattern.pattern)
    if isinstance(pattern.pattern, RoutePattern):
        return re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", route)
    return simplify_regex(route).removeprefix("/")
