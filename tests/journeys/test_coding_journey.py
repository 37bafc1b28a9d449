"""Coders work in a real browser: by keyboard in Welsh, by mouse on a phone in English, up to a settled disagreement."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from analytics.redact import StaffDirectory
from surveyapp.access import StaffRole
from surveyapp.coding.models import Comment, Showing
from surveyapp.coding.standing import codes_of, standings, text_of
from surveyapp.directory.models import User
from surveyapp.encryption.sealed_box import ReleasePrivateKey
from tests.browser import accessibility_faults
from tests.factories.comments import Written, coded, taken_in
from tests.journeys.conftest import DESK, PHONE, scrolls_sideways

pytestmark = pytest.mark.one_backend
TOLD = "The pay was low. Grace gave the work out badly, and a clerk at Ashford said so."


def pressed(page: Page, one: Locator, key: str = "") -> None:
    """Click, or press a key on, what leads to another page, and wait until that page and its scripts are there."""
    with page.expect_navigation():
        one.press(key) if key else one.click()


def box(page: Page, code: str) -> Locator:
    """The tick box of a code, for the whole comment."""
    return page.locator(f"input[name=code-0][value={code}]")


def check(page: Page) -> None:
    assert page.locator("h1").count() == 1
    assert accessibility_faults(page) == [], page.url
    assert not scrolls_sideways(page), page.url


def n_coded(session: Session, comment: Comment) -> int:
    """How often a comment is coded now. Nothing stays open: SQLite would let the server's own writes wait."""
    session.commit()
    session.expire_all()
    found = session.get_one(Comment, comment.id).n_coded
    session.commit()
    return found


def kept(session: Session, comment: Comment) -> tuple[set[str], Showing | None]:
    """What counts for a comment now: its codes, and how it may be shown."""
    session.commit()
    session.expire_all()
    final = standings(session, [comment])[comment.id].final
    session.commit()
    assert final is not None
    return set(codes_of(final)), final.showing


def test_a_coder_codes_by_keyboard_alone(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
) -> None:
    first, second = taken_in(session, release_key, [Written("The pay was low."), Written("There was too much work.")])
    page = sign_in_page(new_page(DESK, language="cy"), staff(StaffRole.CODER))
    session.commit()
    page.goto("/coding")
    check(page)
    pressed(page, page.get_by_role("button", name="Dechrau"), "Enter")
    check(page)
    expect(page.locator("[data-keys]")).to_be_visible()
    code = page.locator("[data-codes] input").first
    expect(code).to_be_focused()
    page.keyboard.press("1")
    expect(code).to_be_checked()
    page.keyboard.press("1")
    expect(code).not_to_be_checked()
    with page.expect_navigation():
        page.keyboard.press("s")
    expect(page).to_have_title(re.compile("^Gwall: "))
    check(page)
    assert [n_coded(session, one) for one in (first, second)] == [0, 0]
    page.locator("[data-codes] input").first.focus()
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("s")
    expect(page.locator("[data-codes] input").first).to_be_focused()
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("s")
    found = [kept(session, one) for one in (first, second)]
    assert found == [({"pay"}, Showing.AS_WRITTEN), ({"workload"}, Showing.AS_WRITTEN)]
    page.goto("/coding/mine")
    check(page)


def test_words_are_taken_out_and_a_disagreement_is_settled_by_mouse(
    session: Session,
    organisation: str,
    release_key: ReleasePrivateKey,
    staff: Callable[..., User],
    new_page: Callable[..., Page],
    sign_in_page: Callable[[Page, User], Page],
) -> None:
    (comment,) = taken_in(session, release_key, [Written(TOLD)], StaffDirectory.of(["Grace Bell"]))
    comment.is_double = True
    session.commit()
    page = sign_in_page(new_page(PHONE), staff(StaffRole.CODER))
    session.commit()
    page.goto("/coding/next")
    check(page)
    page.locator("[data-comment]").evaluate(SELECT_ASHFORD)
    expect(page.get_by_label("Words to take out")).to_have_value("Ashford")
    pressed(page, page.get_by_role("button", name="Take them out"))
    expect(page.locator("[data-comment]")).not_to_contain_text("Ashford")
    pressed(page, page.get_by_role("link", name="Split it: code each sentence"))
    check(page)
    pressed(page, page.get_by_role("link", name="Code it as a whole"))
    page.get_by_label("Yes, take it out").check()
    box(page, "pay").check()
    pressed(page, page.get_by_role("button", name="Save and go on"))
    assert n_coded(session, comment) == 1
    shown = text_of(comment).text
    session.commit()
    assert "Grace" not in shown and "Ashford" not in shown and shown.startswith("The pay was low.")
    coded(session, comment, staff(StaffRole.CODER), "management")
    page.goto("/coding/disagreements")
    check(page)
    pressed(page, page.get_by_role("link", name="Settle it number 1"))
    check(page)
    expect(box(page, "pay")).to_be_checked()
    page.get_by_text("Other codes").click()
    box(page, "management").check()
    pressed(page, page.get_by_role("button", name="Settle it"))
    expect(page.get_by_text("It is settled. These codes count.")).to_be_visible()
    assert kept(session, comment)[0] == {"pay", "management"}
    page.goto("/coding/agreement")
    check(page)
    page.goto("/coding/book")
    check(page)


# A finger or a mouse that marks one word and lets go.
SELECT_ASHFORD = """(comment) => {
  const pieces = document.createTreeWalker(comment, NodeFilter.SHOW_TEXT);
  for (let piece = pieces.nextNode(); piece; piece = pieces.nextNode()) {
    const at = piece.data.indexOf("Ashford");
    if (at >= 0) getSelection().setBaseAndExtent(piece, at, piece, at + "Ashford".length);
  }
  comment.dispatchEvent(new MouseEvent("mouseup", { bubbles: true }));
}"""
