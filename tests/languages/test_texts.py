"""Texts, dates and numbers in both languages."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from click.testing import CliRunner

from surveyapp.languages import catalogue, formats, gettext, ngettext, texts


def test_every_interface_text_has_its_welsh() -> None:
    assert list(catalogue.faults()) == []


def test_a_text_without_welsh_is_shown_in_english() -> None:
    assert gettext("A text nobody has translated", "cy") == "A text nobody has translated"


def test_values_are_filled_in_by_name_and_percent_signs_are_doubled() -> None:
    assert gettext("fewer than %(n)s", "cy", n=3) == "llai na 3"
    assert gettext("100%%", "en") == "100%"


def test_the_first_file_with_welsh_decides_and_plurals_keep_their_five_forms(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Language: cy\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    head += '"Plural-Forms: nplurals=5; plural=(n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 0);\\n"\n\n'
    plural = 'msgid "%(n)s day"\nmsgid_plural "%(n)s days"\n'
    forms = "".join(
        f'msgstr[{i}] "{form}"\n'
        for i, form in enumerate(["%(n)s diwrnod", "%(n)s diwrnod", "%(n)s ddiwrnod", "%(n)s diwrnod", "%(n)s diwrnod"])
    )
    (tmp_path / "a.po").write_text(head + 'msgid "Home"\nmsgstr ""\n\n' + plural + forms, encoding="utf-8")
    (tmp_path / "b.po").write_text(head + 'msgid "Home"\nmsgstr "Hafan"\n', encoding="utf-8")
    merged = texts.merged(sorted(tmp_path.glob("*.po")), "cy")
    message = merged.get("Home")
    assert message is not None and message.string == "Hafan"
    welsh = texts._readable(merged)
    assert welsh.ngettext("%(n)s day", "%(n)s days", 2) % {"n": 2} == "2 ddiwrnod"
    assert welsh.ngettext("%(n)s day", "%(n)s days", 5) % {"n": 5} == "5 diwrnod"


def test_english_plurals_need_no_catalogue() -> None:
    assert ngettext("%(n)s case", "%(n)s cases", 1, "en") == "1 case"
    assert ngettext("%(n)s case", "%(n)s cases", 2, "en") == "2 cases"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["21 November 2026", "Saturday 21 November 2026", "November 2026", "1 April 2025 to 31 March 2026"]),
        ("cy", ["21 Tachwedd 2026", "Dydd Sadwrn 21 Tachwedd 2026", "Tachwedd 2026", "1 Ebrill 2025 i 31 Mawrth 2026"]),
    ],
)
def test_dates_are_written_out(language: str, expected: list[str]) -> None:
    day = date(2026, 11, 21)
    assert [
        formats.long_date(day, language),
        formats.weekday_date(day, language),
        formats.month(day, language),
        formats.date_range(date(2025, 4, 1), date(2026, 3, 31), language),
    ] == expected


def test_times_are_london_times_in_summer_and_winter() -> None:
    assert formats.clock_time(datetime(2026, 7, 1, 9, 30, tzinfo=UTC), "en") == "10:30am"
    assert formats.clock_time(datetime(2026, 12, 1, 9, 30, tzinfo=UTC), "en") == "9:30am"
    assert formats.long_moment(datetime(2026, 7, 1, 14, 5, tzinfo=UTC), "cy") == "1 Gorffennaf 2026 am 3:05yp"
    late = datetime(2026, 7, 1, 23, 5, tzinfo=UTC)
    assert formats.short_moment(late, "en").replace("\N{NO-BREAK SPACE}", "_") == "2_Jul_2026, 12:05am"
    assert formats.short_moment(late, "cy").split() == ["2", "Gorff", "2026,", "12:05yb"]


@pytest.mark.parametrize(("at", "said"), [(time(0), "midnight"), (time(12), "midday"), (time(0, 5), "12:05am")])
def test_midday_and_midnight_are_words(at: time, said: str) -> None:
    assert formats.clock_time(at, "en") == said


def test_lists_and_numbers_read_as_people_write_them() -> None:
    assert formats.listed(["Gwent", "Dyfed", "Arfon"], "en") == "Gwent, Dyfed and Arfon"
    assert formats.listed(["Gwent", "Arfon"], "cy") == "Gwent ac Arfon"
    assert formats.listed(["Gwent"], "cy") == "Gwent"
    assert formats.listed([], "en") == ""
    assert (formats.number(7600, "en"), formats.percent(46, "cy")) == ("7,600", "46%")


def test_updating_keeps_the_welsh_and_writes_the_same_file_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = catalogue.file_of("languages").read_text(encoding="utf-8")
    (tmp_path / "cy").mkdir()
    (tmp_path / "cy" / "languages.po").write_text(real, encoding="utf-8")
    monkeypatch.setattr(catalogue, "TRANSLATIONS", tmp_path)
    catalogue.update("languages")
    assert catalogue.file_of("languages").read_text(encoding="utf-8") == real


def test_texts_without_welsh_are_listed_and_filled_from_one_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "TRANSLATIONS", tmp_path)
    assert catalogue.missing()["fewer than %(n)s"] == ""
    filled = tmp_path / "texts.json"
    filled.write_text('{"fewer than %(n)s": "llai na %(n)s", "Back": ""}', encoding="utf-8")
    answer = CliRunner().invoke(catalogue.main, ["fill", str(filled)])
    assert answer.output.startswith("1 texts read")
    assert "fewer than %(n)s" not in catalogue.missing() and "Back" in catalogue.missing()
    assert texts.merged(sorted((tmp_path / "cy").glob("*.po")), "cy").get("fewer than %(n)s") is not None


def test_a_welsh_text_that_loses_a_value_is_a_fault() -> None:
    known = catalogue.all_known()
    message = known["fewer than %(n)s"]
    message.string = "llai"
    assert catalogue._placeholder_fault("fewer than %(n)s", message) is not None
    message.string = "llai na %(n)s %(m)s"
    assert catalogue._placeholder_fault("fewer than %(n)s", message) is not None
    message.string = "llai na 5%"
    assert catalogue._placeholder_fault("fewer than %(n)s", message) is not None
