"""What a browser posts, as plain data: field names, reading a field, and a problem tied to its field."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from surveyapp.engine.definition import Question

Form = Mapping[str, Sequence[str]]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What to tell about a posted field, in the leaver's language; `field` is the id the message links to."""

    field: str
    message: str


def field_name(question: Question, part: str = "") -> str:
    """The form field of a question, or of a part of it (a row, "other", "day"): no code holds a hyphen."""
    return f"q-{question.code}-{part}" if part else f"q-{question.code}"


def first_of(form: Form, name: str) -> str:
    """The field's first value, tidied: no control characters, composed letters, no space at the ends."""
    values = form.get(name)
    return tidy(values[0]) if values else ""


def tidy(text: str) -> str:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _CONTROL.sub("", plain)).strip()
