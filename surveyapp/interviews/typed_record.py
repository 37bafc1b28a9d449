"""The record page's fields as one value, and a stored record as the same value."""

from collections.abc import Mapping
from typing import Any

from surveyapp.interviews.guide import Guide, GuideQuestion
from surveyapp.interviews.record_models import InterviewRecord, Sharing
from surveyapp.interviews.records import Note, Reasons, Typed, reasons_of

LONGEST_NOTE = 20_000


def typed_in(form: Any, guide: Guide) -> Typed:
    """What a form says; only questions and reasons of this guide count, an unknown sharing is the narrowest."""
    notes = {question.code: _note(form, question) for part in guide.parts for question in part.questions}
    known = {code for code, _text in guide.reasons}
    chosen = [code for code in form.getlist("reasons") if code in known]
    main = form.get("main", "")
    main = main if main in known else None
    contributing = tuple(code for code in dict.fromkeys(chosen) if code != main)
    return Typed(notes, Reasons(main, contributing), "limits" in form)


def _note(form: Mapping[str, str], question: GuideQuestion) -> Note:
    code = question.code
    wanted = form.get(f"sharing-{code}", "")
    sharing = next((one for one in Sharing if one == wanted), Sharing.CENTRAL)
    text = form.get(f"note-{code}", "").replace("\r\n", "\n")[:LONGEST_NOTE]
    if question.options and text not in dict(question.options):
        text = ""
    return Note(text, sharing, f"agreed-{code}" in form)


def typed_by(record: InterviewRecord | None) -> Typed:
    """What a record holds."""
    if record is None:
        return Typed()
    notes = {point.question: Note(point.note or "", point.sharing, point.leaver_agreed) for point in record.points}
    return Typed(notes, reasons_of(record), record.limits_explained)
