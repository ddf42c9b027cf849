"""Which bans and mutes are in force, and who set them: for those who look after the board."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from boards.models import Ban
from moderation import policy
from moderation.models import Act
from moderation.models.log import Verb

# A member and a board, by their ids.
Subject = tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """A ban in force, and the act that set it, where the log has one."""

    ban: Ban
    act: Act | None

    @property
    def told(self) -> str:
        said = ban_told(is_mute=self.ban.is_mute, until=self.ban.until)
        if self.act is None:
            return said
        return _("%(ban)s, by %(who)s") % {"ban": said, "who": policy.doer(self.act, named=True)}


def ban_told(*, is_mute: bool, until: datetime | None) -> str:
    """ "banned until …"."""
    if until is None:
        return _("muted for good") if is_mute else _("banned for good")
    said = _("muted until %(until)s") if is_mute else _("banned until %(until)s")
    return said % {"until": date_format(until, "j F Y, H:i")}


def of_bans(bans: Iterable[Ban]) -> dict[Subject, Standing]:
    """Of bans in force who set them, at the cost of one query."""
    found = {(ban.member_id, ban.board_id): ban for ban in bans}
    if not found:
        return {}
    members, boards = ({pair[place] for pair in found} for place in (0, 1))
    acts = Act.objects.to_members(members, boards)
    acts = acts.filter(verb__in=(Verb.BAN, Verb.MUTE), undone_by=None)
    acts = acts.select_related("actor").defer("snapshot", "note").order_by("pk")
    setters = {
        (act.member_id, act.board_id): act
        for act in acts
        if (ban := found.get((act.member_id, act.board_id)))  # type: ignore[arg-type]
        and (act.verb == Verb.MUTE) == ban.is_mute
    }
    return {pair: Standing(ban, setters.get(pair)) for pair, ban in found.items()}


def in_force(subjects: Iterable[Subject]) -> dict[Subject, Standing]:
    """What is in force against members on boards, by as many queries however many there are."""
    wanted = set(subjects)
    if not wanted:
        return {}
    members, boards = ({pair[place] for pair in wanted} for place in (0, 1))
    bans = Ban.objects.in_force().filter(member__in=members, board__in=boards)
    return of_bans(ban for ban in bans if (ban.member_id, ban.board_id) in wanted)
