"""What a ballot, its second copy and a named response hold, as bytes: bands, answers, promise; no time, no case."""

import json
from dataclasses import dataclass, replace
from typing import Any

from surveyapp.engine.definition import Definition
from surveyapp.engine.submission import Submission

SMALLEST = 16_380
"""Bytes: with the four of the length that encryption adds, 16 KB. A leaver's questionnaire with every text filled to
its limit still fits, so that no length, of a draft or of a box, tells who wrote much (a test says so)."""


@dataclass(frozen=True)
class Bands:
    """The banded attributes an answer carries; conditions and piping over the case use these and nothing else."""

    agency: str
    area: str
    role: str
    grade_group: str
    tenure_band: str
    leaving_type: str
    regretted: str
    occasion: str

    def for_engine(self) -> dict[str, str]:
        """The bands a questionnaire may ask about."""
        return {
            "role": self.role,
            "area": self.area,
            "leaving_type": self.leaving_type,
            "tenure_band": self.tenure_band,
            "grade_group": self.grade_group,
            "check": self.occasion,
        }


@dataclass(frozen=True)
class Content:
    """One response as it is sealed: its bands, how it came, the promise it was given under, the answers.

    `ballot_id`, `named_id` and `receipt_id` find the other half of a pair, and are readable only where answers are.
    """

    bands: Bands
    promise: str
    is_keyed_in: bool
    is_named: bool
    submission: dict[str, Any]
    ballot_id: str = ""
    named_id: str = ""
    receipt_id: str = ""

    def to_bytes(self) -> bytes:
        held = {**vars(self), "bands": vars(self.bands)}
        whole = json.dumps(held, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
        return whole.encode().ljust(SMALLEST)

    @classmethod
    def from_bytes(cls, held: bytes) -> "Content":
        values = json.loads(held)
        return cls(**(values | {"bands": Bands(**values["bands"])}))

    def answers(self, definition: Definition) -> Submission:
        """The answers as the engine knows them."""
        return Submission.from_json(definition, self.submission)

    def with_answers(self, submission: dict[str, Any]) -> "Content":
        """The same response after its leaver changed it."""
        return replace(self, submission=submission)

    def paired(self, *, receipt_id: str, ballot_id: str = "", named_id: str = "") -> "Content":
        """The same response, knowing where its receipt and its ballot or named record are."""
        return replace(self, receipt_id=receipt_id, ballot_id=ballot_id, named_id=named_id)
