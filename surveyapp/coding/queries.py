"""What coders and the central team read: the queue, disputes, own decisions, progress, agreement, what may be shown."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from analytics.agreement import NothingToCompare, alpha_by_code, krippendorff_alpha, masi
from surveyapp.access import Permission, Viewer
from surveyapp.access.scope import within
from surveyapp.coding import code_book
from surveyapp.coding.counting import units_of
from surveyapp.coding.models import Act, CodingDecision, Comment, FrozenAgreement, ReleasedComment, Showing
from surveyapp.coding.standing import Standing, decisions_about, standing_of, standings, text_of

NO_AREA = ""
"""Comments have no Area: only a grant for a whole agency reaches them."""
MOST_SHOWN = 50


def visible_to(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """Comments of the agencies in which the viewer holds the permission as a whole."""
    return within(viewer, permission, Comment.agency, NO_AREA)


def comment_for(viewer: Viewer, session: Session, comment_id: uuid.UUID, permission: Permission) -> Comment | None:
    """One comment, if it is this viewer's to see."""
    return session.scalar(select(Comment).where(Comment.id == comment_id, visible_to(viewer, permission)))


def standing_for(viewer: Viewer, session: Session, comment: Comment) -> Standing:
    """Where a comment stands as far as this viewer may know: whoever is still to code it does not see the other."""
    standing = standing_of(decisions_about(session, [comment.id]).get(comment.id, []))
    if standing.is_disputed or standing.settled is not None:
        return standing
    return Standing(tuple(one for one in standing.codings if one.coder_id == viewer.user_id), None)


def next_for(viewer: Viewer, session: Session) -> Comment | None:
    """The next comment for this coder: never one they coded, those they skipped last."""
    skipped = _did(viewer, Act.SKIPPED)
    return session.scalar(_open_to(viewer).order_by(skipped, Comment.n_coded, Comment.place, Comment.id).limit(1))


def _open_to(viewer: Viewer) -> Select[Comment]:
    wanted = (Comment.n_coded == 0) | (Comment.is_double & (Comment.n_coded == 1))
    mine = _did(viewer, Act.CODED)
    return select(Comment).where(visible_to(viewer, Permission.CODE_COMMENTS), wanted, ~mine)


def _did(viewer: Viewer, act: Act) -> ColumnElement[bool]:
    query = select(CodingDecision.id).where(
        CodingDecision.comment_id == Comment.id, CodingDecision.coder_id == viewer.user_id, CodingDecision.act == act
    )
    return exists(query)


@dataclass(frozen=True)
class Progress:
    """How far coding has come, in the viewer's agencies. `n_waiting`, `n_second`: what this coder can code now."""

    n_waiting: int
    n_second: int
    n_disputed: int
    n_coded: int
    n_all: int

    @property
    def percent(self) -> int:
        return 100 * self.n_coded // self.n_all if self.n_all else 100


def progress_for(viewer: Viewer, session: Session) -> Progress:
    """Of the comments that no release has counted yet, how many are coded; and what this coder can do."""
    open_to_me = _open_to(viewer).subquery()
    uncounted = visible_to(viewer, Permission.CODE_COMMENTS) & Comment.is_counted.is_(False)
    return Progress(
        n_waiting=_count(session, select(func.count()).where(open_to_me.c.n_coded == 0)),
        n_second=_count(session, select(func.count()).where(open_to_me.c.n_coded == 1)),
        n_disputed=_count(session, select(func.count(Comment.id)).where(uncounted, Comment.is_disputed)),
        n_coded=_count(session, select(func.count(Comment.id)).where(uncounted, Comment.n_coded > 0)),
        n_all=_count(session, select(func.count(Comment.id)).where(uncounted)),
    )


def _count(session: Session, query: Select[int]) -> int:
    return session.scalar(query) or 0


def disputed_for(viewer: Viewer, session: Session) -> list[Comment]:
    """Comments whose coders disagree, in queue order."""
    query = select(Comment).where(visible_to(viewer, Permission.CODE_COMMENTS), Comment.is_disputed)
    return list(session.scalars(query.order_by(Comment.place, Comment.id)))


@dataclass(frozen=True)
class OwnDecision:
    """One coding by the viewer, with its comment; `can_change` until a release counts it."""

    comment: Comment
    decision: CodingDecision
    text: str
    can_change: bool


def own_decisions(viewer: Viewer, session: Session) -> list[OwnDecision]:
    """The viewer's newest codings, one a comment, newest first."""
    query = (
        select(Comment, CodingDecision)
        .join(CodingDecision, CodingDecision.comment_id == Comment.id)
        .where(
            visible_to(viewer, Permission.CODE_COMMENTS),
            CodingDecision.coder_id == viewer.user_id,
            CodingDecision.act == Act.CODED,
        )
        .order_by(CodingDecision.at.desc(), CodingDecision.id)
        .limit(MOST_SHOWN)
    )
    found: dict[uuid.UUID, OwnDecision] = {}
    for comment, decision in session.execute(query):
        can_change = not comment.is_counted
        found.setdefault(comment.id, OwnDecision(comment, decision, text_of(comment).text, can_change))
    return list(found.values())


@dataclass(frozen=True)
class Agreement:
    """How far coders agree in one agency: on all codes of a comment together, and code by code."""

    agency: str
    n_double: int
    overall: float | None
    by_code: tuple[tuple[str, float | None], ...]


def agreement_for(viewer: Viewer, session: Session) -> list[Agreement]:
    """Agreement in each agency of the viewer, over every comment that two people coded."""
    agencies = select(Comment.agency).where(visible_to(viewer, Permission.CODE_COMMENTS)).distinct()
    return [_agreement(session, code) for code in session.scalars(agencies.order_by(Comment.agency))]


def _agreement(session: Session, agency: str) -> Agreement:
    units = units_of(session, agency)
    try:
        overall = krippendorff_alpha(units, masi)
    except NothingToCompare:
        overall = None
    used = {code for unit in units for codes in unit for code in codes}
    codes = [code for code in code_book.newest().counted if code in used]
    return Agreement(agency, len(units), overall, tuple(alpha_by_code(units, codes).items()))


@dataclass(frozen=True)
class Quotable:
    """A coded comment that the next release may show, as it would be shown."""

    comment: Comment
    text: str
    codes: tuple[str, ...]
    is_paraphrase: bool


def quotable_for(viewer: Viewer, session: Session) -> list[Quotable]:
    """What may be shown in a coming release of the viewer's agencies, held back or not, in queue order."""
    query = select(Comment).where(
        visible_to(viewer, Permission.RELEASE_COMMENTS), Comment.n_coded > 0, Comment.is_listed.is_(False)
    )
    comments = list(session.scalars(query.order_by(Comment.place, Comment.id)))
    stand = standings(session, comments)
    return [made for one in comments if (made := _quotable(one, stand[one.id]))]


def _quotable(comment: Comment, standing: Standing) -> Quotable | None:
    final, text = standing.final, text_of(comment)
    if final is None or not text.may_be_quoted or final.showing in (None, Showing.COUNTED_ONLY):
        return None
    codes = tuple(dict.fromkeys(code for part in final.parts for code in part["codes"]))
    is_paraphrase = final.showing is Showing.IN_OUR_WORDS
    return Quotable(comment, final.paraphrase or "" if is_paraphrase else text.text, codes, is_paraphrase)


def released_comments(
    session: Session, agency: str, periods: Sequence[str], family: str, place: str
) -> list[ReleasedComment]:
    """What the releases of these periods show for one group, by code, in no order that means anything."""
    query = select(ReleasedComment).where(
        ReleasedComment.agency == agency,
        ReleasedComment.period.in_(periods),
        ReleasedComment.family == family,
        ReleasedComment.place == place,
    )
    return list(session.scalars(query.order_by(ReleasedComment.code, ReleasedComment.id)))


def places_with_comments(session: Session, agency: str, periods: Sequence[str]) -> set[tuple[str, str]]:
    """(family, place) of every list that the releases of these periods hold."""
    query = select(ReleasedComment.family, ReleasedComment.place).where(
        ReleasedComment.agency == agency, ReleasedComment.period.in_(periods)
    )
    return {(family, place) for family, place in session.execute(query.distinct())}


def frozen_agreement(session: Session, agency: str, period: str) -> dict[str, tuple[int, float | None]]:
    """Code to (comments two people coded, alpha), as frozen with the release of this period."""
    query = select(FrozenAgreement).where(FrozenAgreement.agency == agency, FrozenAgreement.period == period)
    return {one.code: (one.n_double, one.alpha) for one in session.scalars(query)}
