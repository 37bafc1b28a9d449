"""Coding: codes, parts, words taken out, a second coder who sees nothing, disputes, decisions that stay."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from surveyapp.access import StaffRole
from surveyapp.audit.models import AuditEvent
from surveyapp.coding import code_book, queries, service
from surveyapp.coding.models import Act, CodingDecision, Comment, Showing
from surveyapp.coding.service import CodedByOthers, Coding, CountedAlready, Part, WrongCoding
from surveyapp.coding.standing import codes_of, standings, text_of
from surveyapp.coding.typed import Typed
from surveyapp.directory import queries as directory
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from surveyapp.engine.loader import Shelf, load_reference
from tests.factories.comments import Written, coded, cut_comments, taken_in, whole

Staff = Callable[..., User]
SignedIn = Callable[[User], FlaskClient]
LONG = "The pay was low. My manager was kind. There was too much work."


@pytest.fixture
def comment(session: Session, organisation: str, release_key: ReleasePrivateKey) -> Comment:
    (one,) = taken_in(session, release_key, [Written(LONG)])
    return one


@pytest.fixture
def coder(staff: Staff) -> User:
    return staff(StaffRole.CODER)


def test_the_code_book_names_every_reason_as_the_reason_list_does_and_never_changes() -> None:
    reasons = load_reference(Shelf(Path("questionnaires").resolve()), "leaver/1").reasons
    assert reasons is not None
    book = code_book.newest()
    for reason in reasons.reasons:
        name = reason.report or reason.text
        code = book.named(reason.code)
        assert (code.name.en, code.name.cy, code.sensitive) == (name["en"], name["cy"], reason.sensitive)
    assert code_book.changed_books() == [], "a published code book has changed: write the next version"
    assert {one.group for one in book.codes} == {one.code for one in book.groups}


def test_a_decision_is_kept_with_who_and_when_and_cannot_be_changed(
    session: Session, comment: Comment, coder: User
) -> None:
    coded(session, comment, coder, "pay", "workload")
    (kept,) = session.scalars(select(CodingDecision)).all()
    assert (kept.coder_id, kept.code_book, kept.act) == (coder.id, "comments/1", Act.CODED)
    assert kept.at and codes_of(kept) == {"pay", "workload"} and "pay" in kept.suggested
    with pytest.raises(DBAPIError, match="kept as they were"):
        session.execute(update(CodingDecision).values(code_book="other"))
    session.rollback()


def test_changing_ones_mind_adds_a_decision_and_the_newest_counts(
    session: Session, comment: Comment, coder: User
) -> None:
    coded(session, comment, coder, "pay")
    coded(session, comment, coder, "workload")
    assert session.scalar(select(func.count()).select_from(CodingDecision)) == 2
    final = standings(session, [comment])[comment.id].final
    assert final is not None and codes_of(final) == {"workload"} and comment.n_coded == 1


def test_the_audit_trail_says_that_it_was_coded_and_not_how(session: Session, comment: Comment, coder: User) -> None:
    coded(session, comment, coder, "workload")
    (event,) = session.scalars(select(AuditEvent).where(AuditEvent.event == "comment.coded")).all()
    assert event.subject_id == str(comment.id) and "workload" not in str(event.codes)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ((Part(3, ()),), "part-0"),
        ((Part(3, ("nothing", "pay")),), "part-0"),
        ((Part(3, ("made_up",)),), "part-0"),
        ((Part(1, ("pay",)), Part(3, ())), "part-1"),
        ((Part(2, ("pay",)),), "parts"),
        ((), "parts"),
    ],
)
@pytest.mark.one_backend
def test_a_coding_covers_the_whole_comment_with_codes_of_the_book(
    session: Session, comment: Comment, coder: User, parts: tuple[Part, ...], field: str
) -> None:
    with pytest.raises(WrongCoding) as wrong:
        service.code_comment(session, comment, Coding(parts, Showing.AS_WRITTEN), viewer=directory.viewer_of(coder))
    assert wrong.value.field == field


def test_a_sensitive_comment_is_never_shown_as_written(session: Session, comment: Comment, coder: User) -> None:
    viewer, text_ = directory.viewer_of(coder), text_of(comment)
    with pytest.raises(WrongCoding, match="sensitive"):
        service.code_comment(session, comment, whole(text_, "health"), viewer=viewer)
    with pytest.raises(WrongCoding, match="missing"):
        service.code_comment(session, comment, whole(text_, "pay", showing=Showing.IN_OUR_WORDS), viewer=viewer)
    in_ours = whole(text_, "health", showing=Showing.IN_OUR_WORDS, paraphrase="Illness made it hard.")
    assert service.code_comment(session, comment, in_ours, viewer=viewer).paraphrase == "Illness made it hard."


def test_sentences_with_the_same_codes_are_one_part_and_blank_ones_join_the_one_before(
    session: Session, comment: Comment
) -> None:
    typed = Typed(units=((), ("pay",), ("workload",)), by_sentence=True)
    assert typed.coding(text_of(comment)).parts == (Part(2, ("pay",)), Part(3, ("workload",)))
    same = Typed(units=(("pay",), ("pay",), ()), by_sentence=True)
    assert same.coding(text_of(comment)).parts == (Part(3, ("pay",)),)


def test_a_second_coder_sees_nothing_of_the_first_and_disagreeing_keeps_the_comment_from_counting(
    session: Session, comment: Comment, coder: User, staff: Staff, signed_in: SignedIn
) -> None:
    other, third = staff(StaffRole.CODER), staff(StaffRole.CODER)
    coded(session, comment, coder, "pay", showing=Showing.COUNTED_ONLY)
    comment.is_double = True
    session.commit()
    assert queries.standing_for(directory.viewer_of(other), session, comment).codings == ()
    body = signed_in(other).get(f"/coding/comments/{comment.id}").text
    session.commit()
    assert "What does it speak of?" in body and not re.search(r'name="code-0"[^>]* checked', body)
    coded(session, comment, other, "management")
    assert comment.is_disputed and standings(session, [comment])[comment.id].final is None
    with pytest.raises(CodedByOthers):
        coded(session, comment, third, "pay")
    service.settle(session, comment, whole(text_of(comment), "pay"), viewer=directory.viewer_of(other))
    final = standings(session, [comment])[comment.id].final
    assert final is not None and codes_of(final) == {"pay"} and not comment.is_disputed
    with pytest.raises(CountedAlready):
        service.settle(session, comment, whole(text_of(comment), "team"), viewer=directory.viewer_of(other))


def test_of_two_agreeing_codings_the_stricter_showing_counts(
    session: Session, comment: Comment, coder: User, staff: Staff
) -> None:
    coded(session, comment, coder, "pay")
    coded(session, comment, staff(StaffRole.CODER), "pay", showing=Showing.COUNTED_ONLY)
    final = standings(session, [comment])[comment.id].final
    assert final is not None and final.showing is Showing.COUNTED_ONLY


def test_doubtful_words_must_be_decided_before_a_comment_is_coded(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User, signed_in: SignedIn
) -> None:
    (one,) = taken_in(session, release_key, [Written("Grace was not shown to us.")], StaffDirectory.of(["Grace Bell"]))
    assert text_of(one).open_doubts == ("Grace",)
    browser = signed_in(coder)
    address = f"/coding/comments/{one.id}"
    coding = {"by": "whole", "code-0": "culture", "showing": "as_written"}
    answer = browser.post(address, data=coding)
    assert answer.status_code == 422 and "Say of each marked word" in answer.text
    assert browser.post(address, data=coding | {"doubt-0": "goes"}).status_code == 302
    assert text_of(session.get_one(Comment, one.id)).text == "[removed] was not shown to us."


def test_the_queue_gives_each_coder_what_they_can_still_do(
    session: Session, organisation: str, release_key: ReleasePrivateKey, coder: User, staff: Staff
) -> None:
    first, second = taken_in(session, release_key, [Written("The pay is low here."), Written("The drive is too long.")])
    for one in (first, second):
        one.is_double = False
    session.commit()
    me = directory.viewer_of(coder)
    found = queries.next_for(me, session)
    assert found is not None
    service.skip(session, found, viewer=me)
    session.commit()
    other = queries.next_for(me, session)
    assert other is not None and other.id != found.id
    coded(session, other, coder, "pay")
    assert (again := queries.next_for(me, session)) is not None and again.id == found.id
    coded(session, found, coder, "travel")
    assert queries.next_for(me, session) is None
    assert queries.next_for(directory.viewer_of(staff(StaffRole.CODER)), session) is None
    first.is_double = True
    session.commit()
    assert queries.next_for(me, session) is None
    assert queries.next_for(directory.viewer_of(staff(StaffRole.CODER)), session) is not None


@pytest.mark.parametrize(
    ("role", "more"),
    [
        (StaffRole.CODER, {"agency": "css"}),
        (StaffRole.CODER, {"areas": ("NM",)}),
        (StaffRole.CENTRAL_TEAM, {}),
        (StaffRole.RETENTION_LEAD, {}),
        (StaffRole.HR_ADVISER, {}),
        (StaffRole.ADMINISTRATOR, {"agency": None}),
    ],
)
@pytest.mark.one_backend
def test_nobody_but_the_agencys_own_coder_opens_or_changes_a_comment(
    session: Session, comment: Comment, staff: Staff, signed_in: SignedIn, role: StaffRole, more: dict[str, object]
) -> None:
    browser = signed_in(staff(role, **more))
    address = f"/coding/comments/{comment.id}"
    data = {"by": "whole", "code-0": "pay", "showing": "as_written"}
    answers = [
        browser.get(address),
        browser.post(address, data=data),
        browser.post(f"{address}/hide", data={"words": "pay"}),
    ]
    answers += [browser.post(f"{address}/skip"), browser.get(f"/coding/disagreements/{comment.id}")]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert not [answer for answer in answers if "low" in answer.text]
    assert session.scalar(select(func.count()).select_from(CodingDecision)) == 0


@pytest.mark.one_backend
def test_a_coder_codes_a_comment_on_screen_and_every_look_is_written_down(
    session: Session, comment: Comment, coder: User, signed_in: SignedIn
) -> None:
    browser = signed_in(coder)
    assert "1 comment waits to be coded" in browser.get("/coding").text
    page = browser.get(browser.get("/coding/next").location)
    assert page.status_code == 200 and "because of" in page.text and "case_lawyer" not in page.text
    session.commit()
    looks = session.scalars(select(AuditEvent).where(AuditEvent.event == "comments.read")).all()
    assert [look.codes["comments"] for look in looks] == [[str(comment.id)]]
    hidden = browser.post(f"/coding/comments/{comment.id}/hide", data={"words": "manager", "by": "sentence"})
    assert "by=sentence" in hidden.location and "[removed] was kind" in browser.get(hidden.location).text
    data = {"by": "sentence", "code-0": "pay", "code-1": "praise", "code-2": "workload", "showing": "as_written"}
    assert browser.post(f"/coding/comments/{comment.id}", data=data).location == "/coding/next"
    final = standings(session, [session.get_one(Comment, comment.id)])[comment.id].final
    assert final is not None and [part["codes"] for part in final.parts] == [["pay"], ["praise"], ["workload"]]
    assert browser.get("/coding/next").location == "/coding"
    for address in ("/coding/mine", "/coding/agreement", "/coding/code-book", "/coding/disagreements"):
        assert browser.get(address).status_code == 200


@pytest.mark.one_backend
def test_the_central_team_holds_a_comment_back_before_it_is_released(
    session: Session, comment: Comment, coder: User, staff: Staff, signed_in: SignedIn
) -> None:
    coded(session, comment, coder, "pay")
    browser = signed_in(staff(StaffRole.CENTRAL_TEAM))
    assert "The pay was low." in browser.get("/coding/ready").text
    browser.post(f"/coding/ready/{comment.id}", data={"do": "hold"})
    assert session.get_one(Comment, comment.id).is_held_back
    browser.post(f"/coding/ready/{comment.id}", data={"do": "let_go"})
    assert not session.get_one(Comment, comment.id).is_held_back


def test_what_a_release_has_counted_is_frozen(
    session: Session, comment: Comment, coder: User, staff: Staff, release_key: ReleasePrivateKey
) -> None:
    coded(session, comment, coder, "pay")
    cut_comments(session, release_key, "2026Q2")
    session.refresh(comment)
    assert comment.is_counted and comment.age == 1
    with pytest.raises(CountedAlready):
        coded(session, comment, coder, "workload")
    coded(session, comment, staff(StaffRole.CODER), "workload")
    assert not comment.is_disputed and comment.n_coded == 2
    assert session.scalar(text("SELECT count(*) FROM released_comments")) == 0
