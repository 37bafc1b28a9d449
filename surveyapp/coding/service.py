"""What a coder does: code, split, skip, take out words, settle a dispute, hold back; every act is kept."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp import audit, clock
from surveyapp.access import Viewer
from surveyapp.coding import code_book
from surveyapp.coding.contents import CommentText
from surveyapp.coding.models import Act, CodingDecision, Comment, Showing
from surveyapp.coding.standing import standing_of, text_of

MOST_CODERS = 2


class CodedByOthers(Exception):
    """Two colleagues have coded this comment already, or it is settled: another coding would not count."""


class CountedAlready(Exception):
    """A release has counted the comment: what it says is frozen."""


class WrongCoding(ValueError):
    """A coding that cannot be: `field` names what to mend, `reason` why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field, self.reason = field, reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True)
class Part:
    """Sentences of a comment from where the part before ended up to, and without, `upto`, and their codes."""

    upto: int
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Coding:
    """What a coder says of a comment. `names_kept`: doubtful words they have looked at and found to be no names."""

    parts: tuple[Part, ...]
    showing: Showing
    paraphrase: str = ""
    names_kept: frozenset[str] = frozenset()

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(code for part in self.parts for code in part.codes)


def code_comment(session: Session, comment: Comment, coding: Coding, *, viewer: Viewer) -> CodingDecision:
    """Keep this coder's coding, in place of their own earlier one. Errors: CodedByOthers, CountedAlready, WrongCoding.

    A comment with one coding may always be coded by a second person, who has not seen the first; both are kept.
    """
    decisions = _locked_decisions(session, comment)
    standing = standing_of(decisions)
    coders = {one.coder_id for one in standing.codings}
    if viewer.user_id not in coders and (len(coders) >= MOST_CODERS or standing.settled is not None):
        raise CodedByOthers
    if comment.is_counted and viewer.user_id in coders:
        raise CountedAlready
    text = text_of(comment)
    checked = _checked(coding, text)
    made = _decision(comment, viewer, Act.CODED, text, checked)
    session.add(made)
    comment.n_coded = len(coders | {viewer.user_id})
    comment.is_disputed = standing_of([*decisions, made]).is_disputed and not comment.is_counted
    _let_stand(comment, text, coding)
    _record(session, comment, "comment.coded", viewer)
    return made


def settle(session: Session, comment: Comment, coding: Coding, *, viewer: Viewer) -> CodingDecision:
    """End a dispute with the coding that counts. Errors: WrongCoding, CountedAlready."""
    if comment.is_counted or not standing_of(_locked_decisions(session, comment)).is_disputed:
        raise CountedAlready
    text = text_of(comment)
    checked = _checked(coding, text)
    made = _decision(comment, viewer, Act.SETTLED, text, checked)
    session.add(made)
    comment.is_disputed = False
    _let_stand(comment, text, coding)
    _record(session, comment, "comment.settled", viewer)
    return made


def skip(session: Session, comment: Comment, *, viewer: Viewer) -> None:
    """Leave the comment for later or for a colleague."""
    session.add(_act(comment, viewer, Act.SKIPPED))
    _record(session, comment, "comment.skipped", viewer)


def hide_words(session: Session, comment: Comment, words: str, *, viewer: Viewer) -> None:
    """Take words out of a comment for good. Errors: WordsNotThere, CountedAlready."""
    if comment.is_listed:
        raise CountedAlready
    comment.content = text_of(comment).without(words).to_json()
    session.add(_act(comment, viewer, Act.HID_WORDS))
    _record(session, comment, "comment.words_hidden", viewer)


def hold_back(session: Session, comment: Comment, *, viewer: Viewer) -> None:
    """Keep the comment out of every list; it is still counted."""
    comment.is_held_back = True
    session.add(_act(comment, viewer, Act.HELD_BACK))
    _record(session, comment, "comment.held_back", viewer)


def let_go(session: Session, comment: Comment, *, viewer: Viewer) -> None:
    """Undo `hold_back`."""
    comment.is_held_back = False
    session.add(_act(comment, viewer, Act.RELEASED))
    _record(session, comment, "comment.let_go", viewer)


def note_looks(session: Session, comments: Iterable[Comment], *, viewer: Viewer) -> None:
    """Write down, before they are shown, which comments somebody is about to read: one event an agency."""
    by_agency: dict[str, list[str]] = {}
    for one in comments:
        by_agency.setdefault(one.agency, []).append(str(one.id))
    for agency, ids in by_agency.items():
        audit.record_look(session, "comments.read", viewer.actor, ("agency", agency), agency=agency, comments=ids)


def _locked_decisions(session: Session, comment: Comment) -> list[CodingDecision]:
    session.execute(select(Comment.id).where(Comment.id == comment.id).with_for_update())
    session.refresh(comment)  # two coders at once: the second sees the first
    query = select(CodingDecision).where(CodingDecision.comment_id == comment.id)
    return list(session.scalars(query))


def _checked(coding: Coding, text: CommentText) -> Coding:
    """The coding, when it may stand. Errors: WrongCoding."""
    book = code_book.newest()
    _check_parts(coding.parts, text, book)
    if set(text.open_doubts) - coding.names_kept:
        raise WrongCoding("doubts", "undecided")
    if not text.may_be_quoted:
        return Coding(coding.parts, Showing.COUNTED_ONLY, "", coding.names_kept)
    if coding.showing is Showing.IN_OUR_WORDS and not coding.paraphrase.strip():
        raise WrongCoding("paraphrase", "missing")
    if coding.showing is Showing.AS_WRITTEN and coding.codes & book.sensitive:
        raise WrongCoding("showing", "sensitive")
    paraphrase = coding.paraphrase.strip() if coding.showing is Showing.IN_OUR_WORDS else ""
    return Coding(coding.parts, coding.showing, paraphrase, coding.names_kept)


def _check_parts(parts: Sequence[Part], text: CommentText, book: code_book.CodeBook) -> None:
    ends = [part.upto for part in parts]
    if not ends or ends != sorted(set(ends)) or ends[0] < 1 or ends[-1] != len(text.sentences):
        raise WrongCoding("parts", "not the whole comment")
    for number, part in enumerate(parts):
        if any(code not in book for code in part.codes):
            raise WrongCoding(f"part-{number}", "unknown")
        if not part.codes:
            raise WrongCoding(f"part-{number}", "missing")
        if code_book.NOTHING in part.codes and len(part.codes) > 1:
            raise WrongCoding(f"part-{number}", "nothing and something")


def _let_stand(comment: Comment, text: CommentText, coding: Coding) -> None:
    """Words that a person found to be no names are doubtful no longer."""
    kept = tuple(word for word in text.doubts if word not in coding.names_kept)
    if kept != text.doubts:
        values = CommentText(text.sentences, text.question, text.language, text.consent, kept, text.suggestions)
        comment.content = values.to_json()


def _decision(comment: Comment, viewer: Viewer, act: Act, text: CommentText, coding: Coding) -> CodingDecision:
    made = _act(comment, viewer, act)
    made.code_book = code_book.newest().reference
    made.parts = [{"upto": part.upto, "codes": list(part.codes)} for part in coding.parts]
    made.suggested = [one.code for one in text.suggestions]
    made.showing = coding.showing
    made.paraphrase = coding.paraphrase or None
    return made


def _act(comment: Comment, viewer: Viewer, act: Act) -> CodingDecision:
    return CodingDecision(
        id=uuid.uuid4(), comment_id=comment.id, coder_id=viewer.user_id, at=clock.now(), act=act, parts=[], suggested=[]
    )


def _record(session: Session, comment: Comment, event: str, viewer: Viewer) -> None:
    """That it was done, and by whom; the codes given are answers, and stand in the decision alone."""
    audit.record(session, event, viewer.actor, ("comment", comment.id), agency=comment.agency)
    session.flush()
