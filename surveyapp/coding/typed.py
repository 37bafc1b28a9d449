"""What a coder ticked and typed on the coding page, from the form and back; and the coding it makes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from surveyapp.coding.contents import CommentText
from surveyapp.coding.models import CodingDecision, Showing
from surveyapp.coding.service import Coding, Part

STAYS, GOES = "stays", "goes"


class SentForm(Protocol):
    """The part of a request's form that is read here."""

    def getlist(self, name: str) -> Sequence[str]: ...
    def get(self, name: str, default: str) -> str: ...


@dataclass(frozen=True)
class Typed:
    """Codes by unit, a unit being the whole comment or one sentence; how it may be shown; what doubtful words are.

    `doubts` answers in the order of the comment's open doubts: "stays", "goes" or "" while undecided.
    """

    units: tuple[tuple[str, ...], ...] = ((),)
    showing: str = Showing.AS_WRITTEN
    paraphrase: str = ""
    doubts: tuple[str, ...] = ()
    by_sentence: bool = field(default=False)

    def words(self, text: CommentText, answer: str) -> tuple[str, ...]:
        """The doubtful words answered so."""
        return tuple(word for word, given in zip(text.open_doubts, self.doubts, strict=False) if given == answer)

    def coding(self, text: CommentText) -> Coding:
        """The coding it makes: neighbours with the same codes are one part, a unit without codes joins the one before.

        Raises ValueError for a way of showing that is none.
        """
        ends = range(1, len(text.sentences) + 1) if self.by_sentence else [len(text.sentences)]
        parts: list[Part] = []
        for upto, codes in zip(ends, self.units, strict=True):
            if parts and (not codes or not parts[-1].codes or parts[-1].codes == codes):
                parts[-1] = Part(upto, parts[-1].codes or codes)
            else:
                parts.append(Part(upto, codes))
        kept = frozenset(self.words(text, STAYS))
        return Coding(tuple(parts), Showing(self.showing), self.paraphrase.strip(), kept)


def typed_in(form: SentForm, text: CommentText, *, by_sentence: bool) -> Typed:
    """What the form says about this comment."""
    units = range(len(text.sentences) if by_sentence else 1)
    return Typed(
        units=tuple(tuple(dict.fromkeys(code for code in form.getlist(f"code-{unit}") if code)) for unit in units),
        showing=form.get("showing", Showing.COUNTED_ONLY),
        paraphrase=form.get("paraphrase", ""),
        doubts=tuple(form.get(f"doubt-{number}", "") for number in range(len(text.open_doubts))),
        by_sentence=by_sentence,
    )


def typed_before(decision: CodingDecision, *, by_sentence: bool) -> Typed:
    """An earlier coding as it would be typed again."""
    by_unit: list[tuple[str, ...]] = []
    for part in decision.parts:
        by_unit += [tuple(part["codes"])] * (part["upto"] - len(by_unit))
    whole = tuple(dict.fromkeys(code for codes in by_unit for code in codes))
    units = tuple(by_unit) if by_sentence else (whole,)
    showing = decision.showing or Showing.COUNTED_ONLY
    return Typed(units, showing, decision.paraphrase or "", (), by_sentence)
