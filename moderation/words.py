"""Whole sentences for a member about what was done to them, one for each verb."""

from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from boards.models import Ban, Board, Power
from markup import excerpt
from moderation.models import Act, Appeal
from moderation.models.log import APPEAL_WITHIN, APPEALABLE, Verb

# Of one's own text, so that one knows which it is.
NAMED_LENGTH = 80

Sentences = dict[str, str | Promise]

OF_POSTS: Sentences = {
    Verb.REMOVE: gettext_lazy("Your post “%(text)s” was removed from b/%(board)s"),
    Verb.SPAM: gettext_lazy("Your post “%(text)s” was removed from b/%(board)s as spam"),
    Verb.HOLD: gettext_lazy("Your post “%(text)s” waits for a moderator of b/%(board)s"),
    Verb.RESTORE: gettext_lazy("Your post “%(text)s” is back in b/%(board)s"),
    Verb.LOCK: gettext_lazy("Your post “%(text)s” in b/%(board)s takes no more replies"),
}
OF_COMMENTS: Sentences = {
    Verb.REMOVE: gettext_lazy("Your comment “%(text)s” was removed from b/%(board)s"),
    Verb.SPAM: gettext_lazy("Your comment “%(text)s” was removed from b/%(board)s as spam"),
    Verb.HOLD: gettext_lazy("Your comment “%(text)s” waits for a moderator of b/%(board)s"),
    Verb.RESTORE: gettext_lazy("Your comment “%(text)s” is back in b/%(board)s"),
    Verb.LOCK: gettext_lazy("Your comment “%(text)s” in b/%(board)s takes no more replies"),
}
OF_MEMBERS: Sentences = {
    Verb.WARN: gettext_lazy("You were warned in b/%(board)s"),
    Verb.MUTE: gettext_lazy("You can't write in b/%(board)s any more"),
    Verb.BAN: gettext_lazy("You are banned from b/%(board)s for good"),
    Verb.LIFT: gettext_lazy("You may take part in b/%(board)s again"),
}
UNTIL: Sentences = {
    Verb.MUTE: gettext_lazy("You can't write in b/%(board)s until %(until)s"),
    Verb.BAN: gettext_lazy("You are banned from b/%(board)s until %(until)s"),
}
# With the text of theirs for which it was done.
BECAUSE: Sentences = {
    "post": gettext_lazy("%(told)s, because of your post “%(text)s”"),
    "comment": gettext_lazy("%(told)s, because of your comment “%(text)s”"),
}

REFUSED: Sentences = {
    "post": gettext_lazy("Your appeal was refused: your post stays removed from b/%(board)s"),
    "comment": gettext_lazy("Your appeal was refused: your comment stays removed from b/%(board)s"),
    Verb.LOCK: gettext_lazy("Your appeal was refused: what you wrote in b/%(board)s stays locked"),
    Verb.WARN: gettext_lazy("Your appeal was refused: the warning in b/%(board)s stands"),
    Verb.MUTE: gettext_lazy("Your appeal was refused: the mute in b/%(board)s stands"),
    Verb.BAN: gettext_lazy("Your appeal was refused: the ban from b/%(board)s stands"),
}
GRANTED: Sentences = {
    "post": gettext_lazy("Your appeal was granted: your post is back in b/%(board)s"),
    "comment": gettext_lazy("Your appeal was granted: your comment is back in b/%(board)s"),
    Verb.LOCK: gettext_lazy("Your appeal was granted: what you wrote in b/%(board)s is open again"),
    Verb.WARN: gettext_lazy("Your appeal was granted: the warning in b/%(board)s is taken back"),
    Verb.MUTE: gettext_lazy("Your appeal was granted: you may write in b/%(board)s again"),
    Verb.BAN: gettext_lazy("Your appeal was granted: the ban from b/%(board)s is lifted"),
}
SHORTENED: Sentences = {
    Verb.MUTE: gettext_lazy(
        "Your appeal was granted in part: the mute in b/%(board)s now ends on %(until)s"
    ),
    Verb.BAN: gettext_lazy(
        "Your appeal was granted in part: the ban from b/%(board)s now ends on %(until)s"
    ),
}


# What answers an act says which.
ANSWERED: Sentences = {
    Verb.UNDO: gettext_lazy("took back %(act)s"),
    Verb.OVERTURN: gettext_lazy("overturned, after an appeal, %(act)s"),
    Verb.UPHOLD: gettext_lazy("upheld, after an appeal, %(act)s"),
    Verb.REDUCE: gettext_lazy("made milder, after an appeal, %(act)s"),
}
NAMES: Sentences = {
    Verb.APPROVE: gettext_lazy("the approval of"),
    Verb.HOLD: gettext_lazy("the holding back of"),
    Verb.REMOVE: gettext_lazy("the removal of"),
    Verb.SPAM: gettext_lazy("the removal as spam of"),
    Verb.RESTORE: gettext_lazy("the restoring of"),
    Verb.LOCK: gettext_lazy("the locking of"),
    Verb.UNLOCK: gettext_lazy("the unlocking of"),
    Verb.PIN: gettext_lazy("the pinning of"),
    Verb.UNPIN: gettext_lazy("the unpinning of"),
    Verb.LABEL: gettext_lazy("the labelling of"),
    Verb.WARN: gettext_lazy("the warning of"),
    Verb.MUTE: gettext_lazy("the mute of"),
    Verb.BAN: gettext_lazy("the ban of"),
    Verb.LIFT: gettext_lazy("the lifting of the ban of"),
}
# What the settings of a board say of itself.
SETTINGS = ("title", "description", "rules", "is_private")
LABELS = {"is_nsfw": gettext_lazy("NSFW"), "is_spoiler": gettext_lazy("a spoiler")}


def deed(act: Act) -> str:
    """What was done, in words that what it was done to follows."""
    if act.verb == Verb.LABEL:
        return _labelled(act) or act.get_verb_display()
    if act.verb in ANSWERED and act.undoes_id and act.undoes and act.undoes.verb in NAMES:
        return str(ANSWERED[act.verb] % {"act": NAMES[act.undoes.verb]})
    return act.get_verb_display()


def _labelled(act: Act) -> str:
    before, after = act.before.get("before", {}), act.before.get("after", {})
    changed = [name for name in LABELS if name in after and before.get(name) != after[name]]
    on = get_text_list([str(LABELS[name]) for name in changed if after[name]], _("and"))
    off = get_text_list([str(LABELS[name]) for name in changed if not after[name]], _("and"))
    told = [_("labelled as %(labels)s") % {"labels": on}] if on else []
    told += [_("labelled no more as %(labels)s") % {"labels": off}] if off else []
    return get_text_list(told, _("and"))


def note(act: Act) -> str:
    """The note of an act; those that this house writes itself, as words instead of names."""
    names = act.note.split(", ")
    if act.verb in (Verb.APPOINT, Verb.STEP_DOWN, Verb.RESIGN):
        labels = {power.name.lower(): str(power.label) for power in Power} | {"owner": _("owner")}
    elif act.verb == Verb.SETTINGS:
        fields: list[Any] = [Board._meta.get_field(name) for name in SETTINGS]
        labels = {field.name: str(field.verbose_name) for field in fields}
    else:
        labels = {}
    return "; ".join(labels[name] for name in names) if labels.keys() >= set(names) else act.note


def of_act(act: Act, board: Board) -> str:
    """What was done, to whom it was done to; their own text is named, and nobody else's."""
    said = {"board": board, "text": excerpt(act.title or act.snapshot, NAMED_LENGTH)}
    verb = act.verb
    if verb == Verb.UNDO and act.before.get("after", {}).get("ban", act) is None:
        verb = Verb.LIFT
    sentences = OF_MEMBERS
    if act.is_of_text:
        sentences = OF_COMMENTS if act.comment_id else OF_POSTS
    if act.until is not None and verb in UNTIL:
        sentences, said = UNTIL, said | {"until": date_format(act.until, "j F Y")}
    if verb not in sentences:
        return _("In b/%(board)s: %(what)s") % {"board": board, "what": deed(act)}
    told = str(sentences[verb] % said)
    if act.is_of_text or not said["text"]:
        return told
    return str(BECAUSE["post" if act.title else "comment"] % {"told": told, "text": said["text"]})


def of_appeal(appeal: Appeal, board: Board) -> str:
    """How an appeal was decided, and what stands now."""
    act = appeal.act
    said = {"board": str(board)}
    if appeal.state == Appeal.State.REDUCED:
        ban = Ban.objects.filter(board=board, member=appeal.member_id).first()
        if ban is None or ban.until is None or act.verb not in SHORTENED:
            return _("Your appeal in b/%(board)s was granted in part") % said
        said |= {"until": date_format(ban.until, "j F Y")}
        return str(SHORTENED[act.verb] % said)
    sentences = GRANTED if appeal.state == Appeal.State.OVERTURNED else REFUSED
    removed = act.verb in (Verb.REMOVE, Verb.SPAM)
    kind = ("comment" if act.comment_id else "post") if removed else act.verb
    return str(sentences[kind] % said)


def gone_with_it(texts: int) -> str:
    """How many of a member's texts were removed with their ban, or ""."""
    if not texts:
        return ""
    said = ngettext(
        "With it %(n)d text that you wrote there was removed.",
        "With it %(n)d texts that you wrote there were removed.",
        texts,
    )
    return said % {"n": texts}


def back_with_it(texts: int) -> str:
    """How many of them are back, or ""."""
    if not texts:
        return ""
    said = ngettext(
        "%(n)d text that you wrote there is back.",
        "%(n)d texts that you wrote there are back.",
        texts,
    )
    return said % {"n": texts}


def how_to_appeal(act: Act) -> str:
    """Where, and until when; "" where there is nothing to appeal against."""
    if act.verb not in APPEALABLE:
        return ""
    last = date_format(act.at + APPEAL_WITHIN, "j F Y")
    return _("You can appeal until %(date)s: open this letter.") % {"date": last}
