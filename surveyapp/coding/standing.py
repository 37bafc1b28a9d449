"""Where a comment stands: who coded it how, whether they agree, and what counts of it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.coding.contents import CommentText
from surveyapp.coding.models import Act, CodingDecision, Comment, Showing

AT_ONCE = 400
STRICTNESS = (Showing.AS_WRITTEN, Showing.IN_OUR_WORDS, Showing.COUNTED_ONLY)


@dataclass(frozen=True)
class Standing:
    """The newest coding of each coder, in the order they first coded, and how a dispute was settled."""

    codings: tuple[CodingDecision, ...]
    settled: CodingDecision | None

    @property
    def is_disputed(self) -> bool:
        """Two coders gave different codes and nobody has settled it."""
        return self.settled is None and len({codes_of(one) for one in self.codings}) > 1

    @property
    def final(self) -> CodingDecision | None:
        """The coding that counts; None while nobody did or coders disagree. Of equal ones the strictest showing."""
        if self.settled is not None:
            return self.settled
        if not self.codings or self.is_disputed:
            return None
        return max(self.codings, key=lambda one: STRICTNESS.index(one.showing or Showing.COUNTED_ONLY))


def codes_of(decision: CodingDecision) -> frozenset[str]:
    """All codes of a coding, whatever part they stand at."""
    return frozenset(code for part in decision.parts for code in part["codes"])


def standing_of(decisions: Iterable[CodingDecision]) -> Standing:
    """From every decision about one comment."""
    newest: dict[uuid.UUID, CodingDecision] = {}
    settled = None
    for one in sorted(decisions, key=lambda one: (one.at, str(one.id))):
        if one.act is Act.CODED:
            newest[one.coder_id] = one
        elif one.act is Act.SETTLED:
            settled = one
    return Standing(tuple(newest.values()), settled)


def decisions_about(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[CodingDecision]]:
    """Every decision about these comments, by comment, oldest first."""
    found: dict[uuid.UUID, list[CodingDecision]] = defaultdict(list)
    for at in range(0, len(ids), AT_ONCE):
        query = select(CodingDecision).where(CodingDecision.comment_id.in_(ids[at : at + AT_ONCE]))
        for one in session.scalars(query.order_by(CodingDecision.at, CodingDecision.id)):
            found[one.comment_id].append(one)
    return found


def standings(session: Session, comments: Sequence[Comment]) -> Mapping[uuid.UUID, Standing]:
    """Where each of these comments stands."""
    decisions = decisions_about(session, [one.id for one in comments])
    return {one.id: standing_of(decisions.get(one.id, [])) for one in comments}


def text_of(comment: Comment) -> CommentText:
    """What the comment holds."""
    return CommentText.from_json(comment.content or "")


def coded_texts(session: Session) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """Every comment that people have coded and agree on, with its codes, by language: what suggestions learn from."""
    comments = list(session.scalars(select(Comment).where(Comment.n_coded > 0).order_by(Comment.id)))
    found: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    stand = standings(session, comments)
    for one in comments:
        final = stand[one.id].final
        if final is not None:
            text = text_of(one)
            found[text.language].append((text.text, codes_of(final)))
    return {language: sorted(held, key=lambda pair: pair[0]) for language, held in found.items()}
