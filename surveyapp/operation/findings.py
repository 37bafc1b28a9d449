"""What a check finds: a state, a sentence that says what is so, and what to do about it; in both languages."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from surveyapp.languages import ENGLISH, gettext


class State(StrEnum):
    """How it stands: well; something to look at; something that does not work."""

    WELL = "well"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One finding of one check. `text` and `advice` are English texts to be translated; `values` go into both."""

    check: str
    state: State
    text: str
    advice: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def words(self, language: str = ENGLISH) -> str:
        """What is so, in a sentence."""
        return gettext(self.text, language, **self.values)

    def what_to_do(self, language: str = ENGLISH) -> str:
        """What to do about it; empty when there is nothing to do."""
        return gettext(self.advice, language, **self.values) if self.advice else ""

    def as_json(self) -> dict[str, str]:
        return {"check": self.check, "state": self.state, "finding": self.words(), "advice": self.what_to_do()}


def well(check: str, text: str, **values: Any) -> Finding:
    return Finding(check, State.WELL, text, "", values)


def warning(check: str, text: str, advice: str, **values: Any) -> Finding:
    return Finding(check, State.WARNING, text, advice, values)


def fault(check: str, text: str, advice: str, **values: Any) -> Finding:
    return Finding(check, State.FAULT, text, advice, values)
