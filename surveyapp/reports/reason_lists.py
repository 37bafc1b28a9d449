"""The reason list an agency's releases speak of: the product's own, or that of an imported survey."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

from surveyapp.definitions import queries as definitions
from surveyapp.engine.definition import Reason
from surveyapp.outside import queries as outside


@dataclass(frozen=True)
class ReasonEntry:
    """One reason as reports name it."""

    code: str
    en: str
    cy: str
    group: str = ""
    kind: str = ""
    sensitive: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def name_in(self, language: str) -> str:
        return (self.cy if language == "cy" else "") or self.en


def reasons_of(session: Session, agency: str) -> list[ReasonEntry]:
    """The agency's reasons in the order of their list."""
    imported = outside.reasons_of(session, agency)
    if imported:
        return [ReasonEntry(one.code, one.name, one.name, sensitive=one.sensitive) for one in imported]
    listed = definitions.offered(session, "leaver").reasons
    assert listed is not None  # a leaver questionnaire without reasons is refused when it is published
    return [_entry(one) for one in listed.reasons]


def _entry(one: Reason) -> ReasonEntry:
    """A reason by the name reports give it, which reads inside a sentence."""
    name = one.report or one.text
    return ReasonEntry(one.code, name["en"], name["cy"], one.group, one.kind, one.sensitive)
