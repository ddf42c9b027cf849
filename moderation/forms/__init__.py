"""What members and moderators type about each other and about boards, judged before an action."""

from moderation.forms.acts import (
    AppealForm,
    JoinForm,
    MemberReportForm,
    ReasonForm,
    ReportForm,
    SanctionForm,
    WordsField,
)
from moderation.forms.boards import ApproveForm, BoardSettingsForm, MemberForm, OfficeForm

__all__ = [
    "AppealForm",
    "ApproveForm",
    "BoardSettingsForm",
    "JoinForm",
    "MemberForm",
    "MemberReportForm",
    "OfficeForm",
    "ReasonForm",
    "ReportForm",
    "SanctionForm",
    "WordsField",
]
