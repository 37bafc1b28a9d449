"""The guide: locked national questions first, local ones after them, and what the case's bands hide."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from surveyapp.interviews.guide import SHIPPED, add_local_question, guide_for
from tests.conftest import TESTER
from tests.factories.cases import make_case

pytestmark = pytest.mark.one_backend


def test_local_questions_stand_after_the_national_ones_in_both_languages(session: Session, organisation: str) -> None:
    case = make_case(session)
    everywhere = add_local_question(session, "ncs", None, "How was parking?", "Sut oedd y parcio?", actor=TESTER)
    here = add_local_question(session, "ncs", "NM", "And the court?", "A'r llys?", actor=TESTER)
    add_local_question(session, "ncs", "EV", "Elsewhere?", "Rhywle arall?", actor=TESTER)
    english, welsh = (guide_for(session, SHIPPED, case, language) for language in ("en", "cy"))
    assert english.codes[-2:] == (everywhere.code, here.code)
    assert (english.text_of(here.code), welsh.text_of(here.code)) == ("And the court?", "A'r llys?")
    assert english.codes == welsh.codes and "decision" in english.codes


def test_a_question_for_early_leavers_is_asked_of_early_leavers_only(session: Session, organisation: str) -> None:
    early = make_case(session, start_date=date(2025, 11, 3))
    late = make_case(session, start_date=date(2010, 11, 1))
    assert "induction" in guide_for(session, SHIPPED, early, "en").codes
    assert "induction" not in guide_for(session, SHIPPED, late, "en").codes


def test_the_reasons_come_from_the_reason_list_in_the_readers_language(session: Session, organisation: str) -> None:
    guide = guide_for(session, SHIPPED, make_case(session), "cy")
    assert dict(guide.reasons)["workload"] == "Gormod o waith"
