"""Drafts open to their link (and word) and to nothing the server keeps."""

import uuid

import pytest
from sqlalchemy.orm import Session

from surveyapp.encryption.ring import CannotDecrypt
from surveyapp.responses import drafts
from surveyapp.responses.drafts import Held, Key, Owner, WrongWord
from surveyapp.responses.models import DraftHolder

HELD = Held("leaver/1", "confidential", "0" * 64).saved("reasons", {"answers": {"main_reason": "bullying"}})


def owner() -> Owner:
    return Owner(DraftHolder.TRIAL, uuid.uuid4())


def test_a_draft_opens_with_its_own_secret_only(session: Session) -> None:
    row = drafts.begin(session, owner(), Key(b"token one"), HELD)
    assert drafts.open_draft(row, Key(b"token one")) == HELD
    assert b"bullying" not in (row.content or b"")
    for wrong in (Key(b"token two"), drafts.APPLICATION_KEY):
        with pytest.raises(CannotDecrypt):
            drafts.open_draft(row, wrong)


def test_a_memorable_word_is_needed_beside_the_link(session: Session) -> None:
    link = uuid.uuid4()
    key = Key(b"token", drafts.stretched("Blue Heron", link))
    row = drafts.begin(session, owner(), key, HELD)
    assert drafts.open_draft(row, Key(b"token", drafts.stretched("blue heron ", link))) == HELD
    with pytest.raises(WrongWord):
        drafts.open_draft(row, Key(b"token"))


def test_beginning_twice_gives_the_draft_that_was_begun(session: Session) -> None:
    mine, key = owner(), Key(b"token")
    first = drafts.begin(session, mine, key, HELD)
    assert drafts.begin(session, mine, key, Held("leaver/1", "named", "")) is first
    assert drafts.open_draft(first, key) == HELD


def test_a_saved_page_counts_its_saves(session: Session) -> None:
    row = drafts.begin(session, owner(), drafts.APPLICATION_KEY, HELD)
    drafts.save(session, row, drafts.APPLICATION_KEY, HELD.saved("reasons", {}))
    assert drafts.open_draft(row, drafts.APPLICATION_KEY).saves == {"reasons": 2}
