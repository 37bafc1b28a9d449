"""At the cut: what coded comments add to a release. People to count, texts to list, and how far coders agreed."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from analytics.agreement import alpha_by_code
from analytics.comment_lists import Listed, ListRules, Writer, compose_lists
from surveyapp.coding import code_book
from surveyapp.coding.contents import BANDS, SealedBands
from surveyapp.coding.models import Comment, FrozenAgreement, ReleasedComment, Showing
from surveyapp.coding.standing import Standing, codes_of, standings, text_of
from surveyapp.encryption.sealed_box import ReleasePrivateKey


@dataclass(frozen=True)
class Commenter:
    """One person whose comments are all coded, with every code given to any of them."""

    role: str
    area: str
    is_resignation: bool
    is_secret: bool
    codes: frozenset[str]


@dataclass(frozen=True)
class _Held:
    comment: Comment
    bands: SealedBands
    standing: Standing


@dataclass(frozen=True)
class _Text:
    """Words that may be shown, and whether they are the coder's own."""

    words: str
    language: str
    is_paraphrase: bool


def count_commenters(session: Session, key: ReleasePrivateKey, agency: str) -> list[Commenter]:
    """People not counted yet whose every comment is coded and undisputed; they are counted from now on, once.

    The others wait for the next cut. Changes comments in the caller's transaction.
    """
    by_person = _by_person(_opened(session, key, agency, Comment.is_counted.is_(False)))
    found = []
    for held in by_person.values():
        finals = [one.standing.final for one in held]
        if all(final is not None for final in finals):
            codes = frozenset(code for final in finals if final is not None for code in codes_of(final))
            bands = held[0].bands
            found.append(Commenter(bands.role, bands.area, bands.is_resignation, bands.is_secret, codes))
            for one in held:
                one.comment.is_counted = True
    session.flush()
    return found


def list_comments(
    session: Session,
    key: ReleasePrivateKey,
    agency: str,
    period: str,
    answered: Mapping[tuple[str, str], int],
    rules: ListRules,
) -> int:
    """Choose and store the texts that the release of this period shows; how many. In the caller's transaction.

    `answered`: secret people who answered in the last year, by (role, Area).
    """
    held = _opened(session, key, agency, Comment.is_counted.is_(True) & Comment.is_listed.is_(False))
    by_person = _by_person([one for one in held if _may_be_shown(one)])
    SystemRandom().shuffle(order := sorted(by_person))
    texts: dict[tuple[str, str], _Text] = {}
    writers = [_writer(person, by_person[person], texts) for person in order]
    listed = compose_lists([one for one in writers if one.texts], answered, rules)
    for one in listed:
        session.add(_released(agency, period, one, texts))
        for each in by_person[one.person]:
            each.comment.is_listed = True
    session.flush()
    return len(listed)


def freeze_agreement(session: Session, agency: str, period: str) -> None:
    """Keep with this period how far coders agree on each code, over every comment that two people coded."""
    units = units_of(session, agency)
    for code, alpha in alpha_by_code(units, code_book.newest().counted).items():
        session.add(FrozenAgreement(agency=agency, period=period, code=code, n_double=len(units), alpha=alpha))
    session.flush()


def units_of(session: Session, agency: str) -> list[list[frozenset[str]]]:
    """For every comment of the agency that two people coded, the codes each of them gave, before any settling."""
    comments = list(session.scalars(select(Comment).where(Comment.agency == agency, Comment.n_coded > 1)))
    return [[codes_of(coding) for coding in standing.codings] for standing in standings(session, comments).values()]


def _opened(session: Session, key: ReleasePrivateKey, agency: str, condition: object) -> list[_Held]:
    comments = list(session.scalars(select(Comment).where(Comment.agency == agency, condition)))  # type: ignore[arg-type]  # a column's condition
    stand = standings(session, comments)
    return [_Held(one, SealedBands.from_bytes(key.open(one.bands, BANDS)), stand[one.id]) for one in comments]


def _by_person(held: Sequence[_Held]) -> dict[str, list[_Held]]:
    found: dict[str, list[_Held]] = defaultdict(list)
    for one in held:
        found[one.bands.person].append(one)
    return found


def _may_be_shown(one: _Held) -> bool:
    final = one.standing.final
    return (
        final is not None
        and not one.comment.is_held_back
        and final.showing not in (None, Showing.COUNTED_ONLY)
        and text_of(one.comment).may_be_quoted
    )


def _writer(person: str, held: Sequence[_Held], texts: dict[tuple[str, str], _Text]) -> Writer:
    """A person with what may be shown of them; `texts` gets each text by (person, its id)."""
    pairs = []
    for code, text in (pair for one in held for pair in _shown_parts(one)):
        made = uuid.uuid4().hex
        texts[person, made] = text
        pairs.append((code, made))
    bands = held[0].bands
    return Writer(
        person=person,
        role=bands.role,
        area=bands.area,
        waits_for_place=bands.waits_for_place,
        age=max(one.comment.age for one in held) - 1,
        is_secret=bands.is_secret,
        texts=tuple(pairs),
    )


def _shown_parts(one: _Held) -> list[tuple[str, _Text]]:
    """(code, text) of a comment: each part under each of its counted codes.

    A sensitive code is never shown as written, nor is anything else of a comment that has one.
    """
    final, book, text = one.standing.final, code_book.newest(), text_of(one.comment)
    assert final is not None  # _may_be_shown has seen to it
    counted = set(book.counted)
    if final.showing is Showing.IN_OUR_WORDS:
        said = _Text(final.paraphrase or "", text.language, True)
        return [(code, said) for code in sorted(codes_of(final) & counted)]
    if codes_of(final) & book.sensitive:
        return []
    found, first = list[tuple[str, _Text]](), 0
    for part in final.parts:
        words = _Text(text.part(first, part["upto"]), text.language, False)
        found += [(code, words) for code in part["codes"] if code in counted]
        first = part["upto"]
    return found


def _released(agency: str, period: str, one: Listed, texts: Mapping[tuple[str, str], _Text]) -> ReleasedComment:
    text = texts[one.person, one.text]
    row = ReleasedComment(
        id=uuid.uuid4(),
        agency=agency,
        period=period,
        family=one.family.value,
        place=one.place,
        code=one.theme,
        language=text.language,
        is_paraphrase=text.is_paraphrase,
    )
    row.text = text.words
    return row
