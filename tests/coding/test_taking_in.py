"""At the cut responses become redacted comments that lead nowhere; before it, and of the withdrawn, is nothing."""

import json
import uuid
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from surveyapp.coding.contents import BANDS, CommentText, SealedBands, WordsNotThere, sentences_of, tokens_in
from surveyapp.coding.models import NOT_QUEUED, Comment
from surveyapp.coding.queueing import queue_new_comments
from surveyapp.coding.staff_names import is_a_person, names_in_addresses, staff_directory
from surveyapp.coding.standing import text_of
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.reports.comment_counts import freeze_comments
from surveyapp.responses import ballots
from surveyapp.responses.ballot_box import open_batch
from tests.factories.cases import make_case
from tests.factories.comments import NOBODY, QUARTER, Written, cut_comments, put_in, taken_in

PLANTED = (
    "Gwenllian Prydderch shouted. Ask gwenllian.prydderch@ncs.example or 07700 900123. My number is N482913, "
    "I live at 14 Marigold Close, CF10 3NQ. Not even Prydderch's team coped with the case load."
)
SECRETS = ("Gwenllian", "Prydderch", "gwenllian.prydderch", "07700", "900123", "N482913", "Marigold", "CF10")


def everything_stored(session: Session) -> bytes:
    """Every cell of every table, as the database gives it."""
    session.flush()
    held = []
    for table in inspect(session.connection()).get_table_names():
        held += [
            str(tuple(row)).encode() + b"".join(c for c in row if isinstance(c, bytes))
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    return b"\n".join(held)


def test_nothing_of_a_comment_is_stored_in_clear_before_or_after_the_cut(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    case = make_case(session, name="Gwenllian Prydderch", staff_number="N482913")
    put_in(session, release_key, Written(PLANTED))
    before = everything_stored(session)
    names = staff_directory(session, "ncs")
    (comment,) = cut_comments(session, release_key, names=names)
    assert case.name == "Gwenllian Prydderch"
    for stored in (before, everything_stored(session)):
        assert b"shouted" not in stored and b"Marigold" not in stored and b"Prydderch" not in stored
    content = comment.content or ""
    assert not [word for word in SECRETS if word in content]
    assert "case load" in content and "[name]" in content and "[staff number]" in content


def test_before_the_cut_there_is_no_comment_and_a_withdrawn_one_never_comes(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    kept = put_in(session, release_key, Written("Please keep me."))
    gone = put_in(session, release_key, Written("Please forget me."))
    assert session.scalars(select(Comment)).all() == []
    ballots.take_out(session, gone)
    (comment,) = cut_comments(session, release_key)
    assert text_of(comment).text == "Please keep me." and kept


def test_who_said_no_is_not_read_and_who_said_nothing_is_only_summed_up(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    written = [Written("No.", consent="no"), Written("Silent.", consent=None), Written("Quote me.", consent="quote")]
    texts = {text_of(one).text: text_of(one).may_be_quoted for one in taken_in(session, release_key, written)}
    assert texts == {"Silent.": False, "Quote me.": True}


def test_a_comment_keeps_no_role_area_or_date_in_clear(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    (comment,) = taken_in(session, release_key, [Written(role="case_lawyer", area="NM")])
    clear = {c.name for c in Comment.__table__.columns} - {"bands", "content_cipher"}
    assert not [
        name for name in clear if name.endswith(("_on", "_at", "quarter", "period")) or name in ("area", "role")
    ]
    assert b"case_lawyer" not in comment.bands
    bands = SealedBands.from_bytes(release_key.open(comment.bands, BANDS))
    assert (bands.role, bands.area, bands.is_resignation, bands.is_secret) == ("case_lawyer", "NM", True, True)


def test_all_comments_of_one_response_share_a_person_that_only_the_cut_can_read(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    both = taken_in(session, release_key, [Written("Change this.", best="The tea."), Written("Another.")])
    people = [SealedBands.from_bytes(release_key.open(one.bands, BANDS)).person for one in both]
    assert len(both) == 3 and len(set(people)) == 2


def test_each_comment_comes_with_first_guesses_by_the_code_book(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    english, welsh = sorted(
        taken_in(
            session,
            release_key,
            [Written("The pay was low for the hours."), Written("Roedd y cyflog yn rhy isel i ni.", language="cy")],
        ),
        key=lambda one: text_of(one).language,
        reverse=True,
    )
    for comment in (english, welsh):
        assert "pay" in [one.code for one in text_of(comment).suggestions]
    assert text_of(welsh).language == "cy"


def test_comments_come_in_without_a_turn_and_get_one_with_their_guesses_later(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    coded_already = taken_in(session, release_key, [Written("The pay was low.")])
    put_in(session, release_key, Written("The pay is low. So it is.", best="The tea."), quarter="2026Q2")
    freeze_comments(session, release_key, open_batch(session, release_key, "ncs", "2026Q2"), NOBODY)
    new = [one for one in session.scalars(select(Comment)) if one not in coded_already]
    assert [(one.place, text_of(one).suggestions) for one in new] == [(NOT_QUEUED, ())] * 2
    assert queue_new_comments(session, ["ncs"]) == 2 and queue_new_comments(session, ["ncs"]) == 0
    assert sorted(one.place for one in (*coded_already, *new)) == [1, 2, 3]
    assert "pay" in {guess.code for one in new for guess in text_of(one).suggestions}


def test_comments_of_one_response_are_not_stored_side_by_side(
    session: Session, organisation: str, release_key: ReleasePrivateKey
) -> None:
    for at in range(12):
        put_in(session, release_key, Written(f"Change {at}.", best=f"Best {at}."))
    freeze_comments(session, release_key, open_batch(session, release_key, "ncs", QUARTER), NOBODY)
    person = {
        one.id: SealedBands.from_bytes(release_key.open(one.bands, BANDS)).person
        for one in session.scalars(select(Comment))
    }
    kept_in_order = session.get_bind().dialect.name == "postgresql"
    for place in ("comments", "data_keys") if kept_in_order else ("comments",):
        order = f"{place}.ctid" if kept_in_order else "comments.id"
        joined = "SELECT comments.id FROM comments JOIN data_keys ON data_keys.id = comments.data_key_id ORDER BY "
        stored = [uuid.UUID(str(row[0])) for row in session.execute(text(joined + order))]
        assert len(stored) == 24
        assert sum(person[one] == person[after] for one, after in pairwise(stored)) < 7


def test_names_are_read_from_addresses_of_the_usual_shape_only() -> None:
    held = names_in_addresses(["sian.lloyd@a.example", None, "hr.team@a.example", "x@a.example;rhys.morgan@b.example"])
    assert list(held) == ["sian lloyd", "rhys morgan"]


def test_an_account_named_after_a_post_names_nobody() -> None:
    assert is_a_person("Siân Lloyd") and not is_a_person("Cases and Standards interviewer")


def test_a_token_is_never_taken_for_words() -> None:
    one = CommentText(("[name] shouted. ", "A name is a name."), "change", "en", "quote")
    assert one.without("name").text == "[name] shouted. A [removed] is a [removed]."
    with pytest.raises(WordsNotThere):
        one.without("shouted. A name")


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=80)


@settings(max_examples=60, deadline=None)
@given(words)
def test_the_sentences_of_a_text_joined_are_the_text(written: str) -> None:
    assert "".join(sentences_of(written)) == written.strip()
    assert CommentText(sentences_of(written), "change", "en", "no").text == written.strip()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["Ann", "was", "kind.", "Bob", "left!", "[name]", "Ann."]), min_size=1),
    st.sampled_from(["Ann", "Bob", "was", "ann was"]),
)
def test_taking_words_out_never_puts_anything_back(parts: list[str], wanted: str) -> None:
    before = CommentText(sentences_of(" ".join(parts)), "change", "en", "quote")
    try:
        after = before.without(wanted)
    except WordsNotThere:
        return
    assert not after.has(wanted) and len(after.sentences) == len(before.sentences)
    left = after.text
    for token in tokens_in("en"):
        left = left.replace(token, "\0")
    rest = iter(before.text.replace("[name]", "\0"))
    assert all(letter in rest for letter in left if letter != "\0")
    assert json.loads(after.to_json()) and CommentText.from_json(after.to_json()) == after


def test_redaction_uses_the_staff_list_too(session: Session, organisation: str, release_key: ReleasePrivateKey) -> None:
    names = StaffDirectory.of(["Dilwen Ffoulkes"])
    (comment,) = taken_in(session, release_key, [Written("It was Dilwen who never listened.")], names)
    assert text_of(comment).text == "It was [name] who never listened."
