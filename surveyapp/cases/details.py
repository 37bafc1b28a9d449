"""What is known of a person's leaving, as one value, and the keyed fingerprints by which it is found again."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from surveyapp.cases.models import Case, CaseKind, FingerprintKind
from surveyapp.encryption.records import ring

EMAIL_PATTERN = r"^[^@\s;,<>\"]+@[^@\s;,<>\"]+\.[^@\s;,<>\".]+$"
ENCRYPTED_FIELDS = ("staff_number", "name", "work_email", "personal_email", "phone", "line_manager_email")
PLAIN_FIELDS = (
    "agency",
    "area",
    "job_role",
    "kind",
    "leaving_type",
    "last_working_day",
    "grade",
    "start_date",
    "notice_date",
    "working_pattern",
    "language",
)


@dataclass(frozen=True)
class CaseDetails:
    """One person's leaving as HR tells it; codes are already checked. Empty text and None mean "not told"."""

    agency: str
    area: str
    job_role: str
    staff_number: str
    name: str
    kind: CaseKind = CaseKind.LEAVER
    leaving_type: str | None = None
    last_working_day: date | None = None
    grade: str | None = None
    work_email: str = ""
    personal_email: str = ""
    phone: str = ""
    line_manager_email: str = ""
    manager_line: tuple[str, ...] = ()
    start_date: date | None = None
    notice_date: date | None = None
    working_pattern: str = ""
    language: str = "en"

    def over(self, known: "CaseDetails", told: Iterable[str] | None = None) -> "CaseDetails":
        """These details, with what they leave empty filled from what is known; `told` limits which fields count."""
        names = set(told) if told is not None else {field.name for field in fields(self)}
        kept = {name: getattr(self, name) for name in names if getattr(self, name) not in ("", None, ())}
        return replace(known, **kept)


def details_of(case: Case) -> CaseDetails:
    """What is known of a case now."""
    known: dict[str, Any] = {name: getattr(case, name) for name in PLAIN_FIELDS}
    known |= {name: getattr(case, name) or "" for name in ENCRYPTED_FIELDS}
    line = tuple((case.manager_line or "").split(";")) if case.manager_line else ()
    return CaseDetails(**known, manager_line=line)


def differences(known: CaseDetails, wanted: CaseDetails) -> tuple[str, ...]:
    """The names of the fields that differ, in order."""
    return tuple(f.name for f in fields(known) if getattr(known, f.name) != getattr(wanted, f.name))


def write_details(case: Case, details: CaseDetails, names: Iterable[str]) -> None:
    """Put the named fields into the case; texts are encrypted on the way."""
    for name in names:
        value = getattr(details, name)
        if name == "manager_line":
            case.manager_line = ";".join(value) or None
        elif name in ENCRYPTED_FIELDS:
            setattr(case, name, value or None)
        else:
            setattr(case, name, value)
    if "staff_number" in names:
        case.staff_number_index = staff_number_index(details.staff_number)


def staff_number_index(staff_number: str) -> bytes:
    """The fingerprint by which a staff number is found."""
    return ring().blind_index("staff number", staff_number)


def person_index(email: str) -> bytes:
    """The fingerprint by which a person named in a case is recognised."""
    return ring().blind_index("person e-mail", email)


def word_index(word: str) -> bytes:
    """The fingerprint by which one word of a search is found."""
    return ring().blind_index("case word", plain_word(word))


def plain_word(word: str) -> str:
    """A word without accents, marks and case: Siân and SIAN are the same."""
    if word.isascii():
        return word.casefold()
    flat = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in flat if not unicodedata.combining(letter)).casefold()


def words_of(text: str) -> set[str]:
    """The words of a name, or of what somebody searches for."""
    return {plain_word(word) for word in re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text))}


def fingerprints_of(details: CaseDetails) -> set[tuple[FingerprintKind, bytes]]:
    """Everything a case can be found by, beside its staff number."""
    own = {details.work_email, details.personal_email}
    related = {*own, details.line_manager_email, *details.manager_line} - {""}
    words = words_of(details.name) | (own - {""})
    return {(FingerprintKind.RELATED, person_index(email)) for email in related} | {
        (FingerprintKind.WORD, word_index(word)) for word in words
    }


def news_fingerprint(details: CaseDetails, status: str) -> bytes:
    """One fingerprint of everything HR's news said: the same news again has the same one."""
    told = [str(getattr(details, field.name)) for field in fields(details)]
    return ring().blind_index("case news", "\x1f".join([*told, status]))
