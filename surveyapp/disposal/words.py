"""Kinds of records in words."""

from typing import Final

from surveyapp.disposal.models import RecordType
from surveyapp.languages import N_

TYPES: Final = {
    RecordType.CASE: N_("Cases and who was invited, after the last day"),
    RecordType.INTERVIEW_RECORD: N_("Interview records, after the interview"),
    RecordType.NAMED_ANSWERS: N_("Named answers, after the last day"),
    RecordType.CONCERN: N_("Concerns, after they were closed"),
    RecordType.MAIL: N_("Messages, after they were written"),
    RecordType.OPENED_BALLOTS: N_("Sealed confidential answers, after their quarter"),
    RecordType.COMMENTS: N_("Comments, their codes and what releases show of them, after they came in"),
    RecordType.AUDIT: N_("The audit log, after each event"),
}
