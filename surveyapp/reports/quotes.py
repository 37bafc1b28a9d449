"""What releases show of comments: texts by theme and list, and how far coders agreed; signed releases only."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.agreement import Reliability, reliability
from analytics.tables import EVERY, Family
from surveyapp.coding import code_book
from surveyapp.coding import queries as coding
from surveyapp.reports.frozen_rows import kept, standing_of
from surveyapp.reports.models import Release

FEWEST_DOUBLE_CODED = 10
"""Comments coded by two people before agreement on a code is spoken of."""


@dataclass(frozen=True)
class Quote:
    """One text as a reader sees it: under one theme, in one list, with nothing that tells it from the others."""

    code: str
    text: str
    language: str
    is_paraphrase: bool


@dataclass(frozen=True, order=True)
class QuoteList:
    """Which group a list of comments belongs to."""

    family: Family
    place: str = EVERY


def quotes_of(session: Session, release: Release, wanted: QuoteList) -> tuple[Quote, ...]:
    """The list's texts in every signed release up to this one, by theme in the order of the code book."""
    key = ("quotes", release.agency, standing_of(session, release), wanted)
    return kept(session, key, lambda: _quotes_of(session, release, wanted))


def _quotes_of(session: Session, release: Release, wanted: QuoteList) -> tuple[Quote, ...]:
    order = {code.code: at for at, code in enumerate(code_book.newest().codes)}
    found = coding.released_comments(
        session, release.agency, _periods(session, release), wanted.family.value, wanted.place
    )
    made = [Quote(one.code, one.text or "", one.language, one.is_paraphrase) for one in found]
    return tuple(sorted(made, key=lambda one: order.get(one.code, len(order))))


def lists_in(session: Session, release: Release) -> tuple[QuoteList, ...]:
    """Every list that the signed releases up to this one hold."""
    key = ("quote lists", release.agency, standing_of(session, release))
    return kept(session, key, lambda: _lists_in(session, release))


def every_quote(session: Session, release: Release) -> tuple[Quote, ...]:
    """The texts of all lists together; nobody's words stand in two."""
    return tuple(one for held in lists_in(session, release) for one in quotes_of(session, release, held))


def _lists_in(session: Session, release: Release) -> tuple[QuoteList, ...]:
    held = coding.places_with_comments(session, release.agency, _periods(session, release))
    return tuple(sorted(QuoteList(Family(family), place) for family, place in held))


def _periods(session: Session, release: Release) -> list[str]:
    numbers = standing_of(session, release)
    return list(session.scalars(select(Release.as_of).where(Release.number.in_(numbers))))


def reliabilities(session: Session, release: Release) -> dict[str, Reliability]:
    """What may be said of each code, as frozen with the release; codes on which agreement is not known are left out."""
    key = ("agreement", release.agency, release.as_of, standing_of(session, release))
    return kept(session, key, lambda: _reliabilities(session, release))


def _reliabilities(session: Session, release: Release) -> dict[str, Reliability]:
    frozen = coding.frozen_agreement(session, release.agency, release.as_of)
    return {
        code: reliability(alpha)
        for code, (n_double, alpha) in frozen.items()
        if alpha is not None and n_double >= FEWEST_DOUBLE_CODED
    }
