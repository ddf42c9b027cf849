"""What moderation writes to members: what was done and why, and what came of their reports."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Member
from boards.models import Board, Power, staff_with
from discussions.models import Comment, Post
from inbox import actions as inbox
from inbox.models import EXCERPT_LENGTH, Letter
from markup import excerpt
from moderation import words
from moderation.models import Act, Appeal, Case, Report
from moderation.models.log import ABOUT_MEMBERS


def act_url(act: Act) -> str:
    """Where the member it concerns reads about it, and may appeal."""
    return reverse("moderation:act", args=[act.pk])


def act_key(act: Act) -> str:
    """Under which the letter about an act is kept."""
    return f"act/{act.pk}/"


def tell_of_act(act: Act, board: Board, *, texts: int = 0) -> None:
    """Tell whom an act concerns what was done and why, unless they did it themselves.

    And how many of their texts went with it.
    """
    if act.member_id is None or act.member_id == act.actor_id:
        return
    title, kind = words.of_act(act, board), Letter.Kind.MODERATION
    _send(_letter(act.member_id, kind, title, _why(act, texts), act_url(act), act_key(act)))


def office_key(board: Board, member: Member) -> str:
    """Under which the letter is kept that they look after a board."""
    return f"office/{board.pk}/{member.pk}/"


def tell_of_office(member: Member, board: Board) -> None:
    """Tell a member that they look after a board now."""
    title = _("You look after b/%(board)s now") % {"board": board}
    text = _("The board links to its review queue; its members page says what you may do.")
    url = board.get_absolute_url()
    key = office_key(board, member)
    _send(_letter(member.pk, Letter.Kind.MODERATION, title, text, url, key))


def _why(act: Act, texts: int) -> str:
    """The reason, as far as it fits before what went with it and where to appeal."""
    rest = " ".join(part for part in (words.gone_with_it(texts), words.how_to_appeal(act)) if part)
    reason = excerpt(act.reason, EXCERPT_LENGTH - len(rest) - 2) if act.reason else ""
    return f"{reason} {rest}".strip()


def report_key(report: Report) -> str:
    """Under which the one letter about a report is kept, that says how it stands."""
    return f"report/{report.pk}/"


def tell_reporters(
    case: Case, reports: Iterable[Report], outcome: Report.Outcome, *, url: str = ""
) -> None:
    """Tell those whose reports were open what came of them; not who decided.

    In place of the letter that an earlier decision was taken back.
    """
    _tell_of_reports(case, reports, _outcome(case, outcome), url)


def take_back_outcome(case: Case, reports: Iterable[Report]) -> None:
    """A decision was taken back: who has not read the letter never learns, who has is told so."""
    letters = Letter.objects.filter(subject_key__in=[report_key(report) for report in reports])
    read = set(letters.exclude(read_at=None).values_list("subject_key", flat=True))
    letters.delete()
    told = _("the decision was taken back, and is made again")
    _tell_of_reports(case, [one for one in reports if report_key(one) in read], told, "")


def _tell_of_reports(case: Case, reports: Iterable[Report], told: str, url: str) -> None:
    title = _report_title(case) % {"board": case.board, "outcome": told}
    url = url or _address(case)
    Letter.objects.filter(subject_key__in=[report_key(report) for report in reports]).delete()
    kind = Letter.Kind.REPORT
    _send(
        *(
            _letter(report.reporter_id, kind, title, str(report), url, report_key(report))
            for report in reports
            if report.reporter_id is not None
        )
    )


def _report_title(case: Case) -> str:
    """Never names the text or the member, who may be gone from those who read the letter."""
    if case.comment_id:
        return _("Your report of a comment in b/%(board)s: %(outcome)s")
    if case.post_id:
        return _("Your report of a post in b/%(board)s: %(outcome)s")
    return _("Your report of a member in b/%(board)s: %(outcome)s")


def _is_removed(text: Post | Comment | None) -> bool:
    """As it is now: a case may have been read before the act."""
    if text is None:
        return False
    found: bool = type(text)._default_manager.filter(pk=text.pk).exclude(removed_at=None).exists()
    return found


def _outcome(case: Case, outcome: Report.Outcome) -> str:
    if outcome == Report.Outcome.ACTED and _is_removed(case.content):
        return _("it was removed")
    return str(Report.Outcome(outcome).label)


def _address(case: Case) -> str:
    """Where what was reported is found."""
    found: str = case.content.short_address if case.content else case.member.get_absolute_url()  # type: ignore[union-attr]
    return found


def tell_of_appeal(appeal: Appeal, board: Board, *, texts: int = 0) -> None:
    """Tell a member how their appeal was decided, and how many texts of theirs are back by it.

    In place of the letter that there may be.
    """
    title, kind = words.of_appeal(appeal, board), Letter.Kind.MODERATION
    url, key = act_url(appeal.act), f"appeal/{appeal.pk}/"
    text = " ".join(part for part in (words.back_with_it(texts), appeal.answer) if part)
    inbox.withdraw(f"{key}staff/")
    inbox.withdraw(key)
    _send(_letter(appeal.member_id, kind, title, text, url, key))


def tell_of_request(
    *, board: Board, member_id: int, granted: bool, to_join: bool, request_id: int
) -> None:
    """Tell a member what came of a request."""
    if to_join:
        title = _("You were let into b/%(board)s")
    else:
        title = _("Your request to look after b/%(board)s was declined")
    key = f"request/{'join' if to_join else 'board'}/{request_id}/"
    url = board.get_absolute_url()
    _send(_letter(member_id, Letter.Kind.MODERATION, title % {"board": board}, "", url, key))


def tell_staff_of_request(*, board: Board, member: Member, request_id: int) -> None:
    """Tell the staff that somebody would look after a board that nobody does."""
    title = _("%(member)s asks to look after b/%(board)s, which has no moderator")
    title %= {"member": member, "board": board}
    url = reverse("boards:about", args=[board.name])
    _send_to_staff(title, "", url, f"request/board/{request_id}/staff/")


def orphan_key(board: Board) -> str:
    """Under which the letter is kept that nobody looks after a board."""
    return f"orphan/{board.pk}/"


def tell_staff_of_orphan(board: Board) -> None:
    """Tell the staff, once, that nobody looks after a board."""
    title = _("b/%(board)s has no moderator left") % {"board": board}
    text = _("Appoint somebody, or look after it yourselves.")
    _send_to_staff(title, text, board.get_absolute_url(), orphan_key(board))


def tell_staff_of_appeal(appeal: Appeal) -> None:
    """Tell the staff of an appeal that nobody else on the board may decide."""
    title = _("An appeal in b/%(board)s waits for you") % {"board": appeal.board}
    text = _("Nobody else who looks after the board may decide it.")
    act = appeal.act
    url = reverse("admin:moderation_appeal_change", args=[appeal.pk])
    power = Power.MEMBERS if act.verb in ABOUT_MEMBERS else Power.CONTENT
    key, but = f"appeal/{appeal.pk}/staff/", (act.actor_id, act.member_id)
    _send_to_staff(title, text, url, key, power=power, but=but)


def staff_key(case: Case) -> str:
    """Under which the letter to the staff about a case is kept."""
    return f"case/{case.pk}/staff/"


def tell_staff_of_case(case: Case) -> None:
    """Tell the staff of a case that nobody else on the board may decide."""
    title = _("A case in b/%(board)s waits for you") % {"board": case.board}
    text = _("It is about the only one of the board who could decide it.")
    url = reverse("admin:moderation_case_change", args=[case.pk])
    but = (case.author.pk,) if case.author else ()
    _send_to_staff(title, text, url, staff_key(case), power=Power.CONTENT, but=but)


def _send_to_staff(
    title: str,
    text: str,
    url: str,
    key: str,
    *,
    power: Power = Power.MODERATORS,
    but: Iterable[int | None] = (),
) -> None:
    staff = staff_with(power).exclude(pk__in=[pk for pk in but if pk]).values_list("pk", flat=True)
    _send(*(_letter(pk, Letter.Kind.MODERATION, title, text, url, key) for pk in staff))


def _letter(
    recipient_id: int, kind: Letter.Kind, title: str, text: str, url: str, subject_key: str
) -> Letter:
    return Letter(
        recipient_id=recipient_id,
        kind=kind,
        title=title[:300],
        excerpt=excerpt(text, EXCERPT_LENGTH),
        url=url,
        subject_key=subject_key,
    )


def _send(*letters: Letter) -> None:
    """Two queries, however many they are: none to who came with an archive or has gone."""
    # Held, so that no letter is written to an account that is just going.
    held = Member.objects.hold_all(letter.recipient_id for letter in letters)
    readers = {member.pk for member in held if not member.imported}
    inbox.send(letter for letter in letters if letter.recipient_id in readers)
