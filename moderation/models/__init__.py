"""Reports, the review queue, the mod log, appeals, and what boards set for them."""

from moderation.models.desk import Case, Report, Target
from moderation.models.log import Act, Appeal
from moderation.models.notes import Note, ReasonTemplate
from moderation.models.requests import BoardRequest, JoinRequest
from moderation.models.rules import AutoRule, DeskSettings, MutedReporter

__all__ = [
    "Act",
    "Appeal",
    "AutoRule",
    "BoardRequest",
    "Case",
    "DeskSettings",
    "JoinRequest",
    "MutedReporter",
    "Note",
    "ReasonTemplate",
    "Report",
    "Target",
]
