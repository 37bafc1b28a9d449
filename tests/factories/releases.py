"""Signed releases of a small invented agency: frozen counts of 3 roles in 4 Areas over some quarters, truly cut."""

import random
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from analytics.frozen import FrozenBatch
from surveyapp import clock
from surveyapp.access import StaffRole
from surveyapp.audit import Actor, ActorKind
from surveyapp.coding import code_book
from surveyapp.context.months import between, month_of
from surveyapp.definitions import queries as definitions
from surveyapp.definitions.service import publish_shipped
from surveyapp.directory import accounts
from surveyapp.directory import queries as directory
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.atom_boxes import keep_atoms
from surveyapp.reports.cutting import cut_frozen
from surveyapp.reports.frames import Respondent, freeze_answers, freeze_leavers, freeze_people
from surveyapp.reports.models import FrozenCounts, Release
from surveyapp.reports.populations import LEAVERS, POPULATION
from surveyapp.reports.questions import answer_codes, counted_questions
from surveyapp.reports.reason_lists import reasons_of
from surveyapp.reports.signing import sign_release
from surveyapp.reports.sources import COMMENT
from surveyapp.reports.wording import first_day_of
from surveyapp.responses.batches import last_day_of

ACTOR = Actor(ActorKind.COMMAND, "tester")
QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2")
FURTHER = ("avoidable", "recommend", "manager")
REASONS = ("workload", "pay", "management", "promotion", "travel")
SIGNER = "signer@ncs.example"
TODAY = date(2026, 9, 1)


def people_of(session: Session, agency: str, seed: int = 3) -> dict[str, list[Respondent]]:
    """Six quarters of leavers of 3 roles in 4 Areas, of unequal sizes; workload planted in the first Area.

    Each has a tenure band and answers to further questions.
    """
    further = random.Random(seed + 1)
    rng = random.Random(seed)
    areas = sorted(area.code for area in directory.areas_of(session, agency))[:4]
    roles = sorted(role.code for role in directory.job_roles_of(session, agency))[:3]
    reasons = [reason.code for reason in reasons_of(session, agency)]
    used = [code for code in REASONS if code in reasons]
    weights = {(role, area): rng.lognormvariate(1.2, 0.8) for role in roles for area in areas}
    return {
        quarter: [
            _leaver(further, role, area, rng.random() < 0.7, _reasons(rng, used, area == areas[0]))
            for (role, area), weight in weights.items()
            for _ in range(round(weight * rng.uniform(0.6, 1.6)))
        ]
        for quarter in QUARTERS
    }


def frozen_quarters(session: Session, agency: str) -> dict[str, list[FrozenBatch]]:
    """The leavers' own answers, frozen quarter by quarter: reasons, then further questions on their own bases."""
    definition = definitions.offered(session, "leaver")
    reasons = [reason.code for reason in reasons_of(session, agency)]
    return {
        quarter: [
            *freeze_leavers(people, reasons, quarter, ["sex"]),
            *(
                freeze_answers(people, one.code, answer_codes(definition, one), (one.source, quarter), ())
                for one in counted_questions(definition)
                if one.code in FURTHER
            ),
        ]
        for quarter, people in people_of(session, agency).items()
    }


def comment_quarters(session: Session, agency: str) -> dict[str, FrozenBatch]:
    """What half of the same people write about, frozen quarter by quarter: a source of its own."""
    codes = code_book.newest().counted
    return {
        quarter: freeze_people(people[::2], codes, COMMENT, quarter)
        for quarter, people in people_of(session, agency).items()
    }


def _leaver(rng: random.Random, role: str, area: str, is_resignation: bool, reasons: frozenset[str]) -> Respondent:
    """Someone with a band of service and further answers, drawn apart so that the reasons stay as they were."""
    answers = {"avoidable": frozenset({rng.choice(("yes", "perhaps", "no"))})}
    if rng.random() < 0.9:
        answers["recommend"] = frozenset({f"recommend={rng.randint(0, 10)}"})
    statements = ("listened", "fair", "feedback", "praised")
    answers["manager"] = frozenset(f"{one}={rng.randint(1, 5)}" for one in statements)
    return Respondent(
        role,
        area,
        is_resignation,
        True,
        True,
        reasons,
        tenure=rng.choice(("lt2", "lt2", "2to4", "5to9", "10plus")),
        equality={"sex": rng.choice(("female", "male"))},
        further=answers,
    )


def _reasons(rng: random.Random, used: list[str], is_planted: bool) -> frozenset[str]:
    shares = [0.75 if is_planted and at == 0 else 0.35 / (at + 1) for at in range(len(used))]
    return frozenset(code for code, share in zip(used, shares, strict=True) if rng.random() < share)


def signed_releases(
    session: Session, key: ReleasePrivateKey, agency: str = "ncs", *, sign: bool = True, comments: bool = False
) -> list[int]:
    """Cut (and sign) a release for each quarter; returns their numbers. Also freezes who was asked and who answered,
    and with `comments` what half of them wrote about."""
    publish_shipped(session, actor=ACTOR)
    with clock.set_to(TODAY):
        for quarter, batches in frozen_quarters(session, agency).items():
            for batch in batches:
                keep_atoms(session, key, agency, batch)
            freeze_population(session, agency, quarter, batches[0])
        for batch in comment_quarters(session, agency).values() if comments else ():
            keep_atoms(session, key, agency, batch)
        session.commit()
        numbers = cut_frozen(session, key, agency, TODAY, ACTOR, lambda step: None)
        accounts.grant_staff_role(session, SIGNER, StaffRole.RELEASE_SIGNER, None, (), actor=ACTOR, name="Signer")
        for number in numbers if sign else []:
            sign_release(session, number, SIGNER, needs_two=False, actor=ACTOR)
        session.commit()
    return numbers


def freeze_population(session: Session, agency: str, quarter: str, batch: FrozenBatch) -> None:
    """Who was asked and who answered, twice as many as in the batch, and the leavers by month."""
    rows = [
        {
            "role": atom.role,
            "area": atom.area,
            "tenure": "lt2" if at % 3 == 0 else "5to9",
            "leaving_type": atom.leaving_type if atom.leaving_type == "resignation" else "retirement",
            "invited": 2 * atom.secret,
            "answered": atom.secret,
        }
        for at, atom in enumerate(batch.atoms)
    ]
    session.add(FrozenCounts(agency=agency, period=quarter, kind=POPULATION, rows=rows))
    months = between(month_of(first_day_of(quarter)), month_of(last_day_of(quarter)))
    leavers = [
        {"role": row["role"], "area": row["area"], "leaving_type": row["leaving_type"], "month": months[at % 3], "n": n}
        for at, row in enumerate(rows)
        if (n := row["invited"])
    ]
    session.add(FrozenCounts(agency=agency, period=quarter, kind=LEAVERS, rows=leavers))


def waiting_release(session: Session, number: int, as_of: str = "2026Q3", **changes: Any) -> Release:
    """A release that is cut, whose second audit passed, and that nobody has signed; without rows, for lists of work."""
    usual: dict[str, Any] = {
        "agency": "ncs",
        "cut_on": date(2026, 10, 31),
        "cut_at": datetime(2026, 10, 31, 3, tzinfo=UTC),
        "k": 10,
        "sign_off": {"leaver": [{"may_be_signed": True}]},
    }
    empty: dict[str, Any] = {"reasons": [], "shape": {}, "questions": {}, "audit": {}}
    release = Release(number=number, as_of=as_of, **(usual | empty | changes))
    session.add(release)
    session.flush()
    return release
