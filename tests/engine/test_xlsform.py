"""XLSForm workbooks: the common subset becomes a sound draft, the rest is refused by its row."""

import io
from collections.abc import Sequence

import pytest
from openpyxl import Workbook

from surveyapp.engine.definition import Definition
from surveyapp.engine.faults import DefinitionFaulty
from surveyapp.engine.loader import Shelf, load_text
from surveyapp.engine.xlsform.translation import import_xlsform
from tests.engine.tiny_leaver import HERE, Leaver

Row = Sequence[object]
HEADINGS = ["type", "name", "label::English (en)", "label::Welsh (cy)", "relevant", "appearance", "required"]
CHOICES: list[Row] = [
    ["list_name", "name", "label::English (en)", "label::Welsh (cy)"],
    ["yn", "yes", "Yes", "Ie"],
    ["yn", "no", "No", "Nage"],
    ["grade", "good", "Good", "Da"],
    ["grade", "bad", "Bad", "Gwael"],
]


def workbook(rows: Sequence[Row], headings: Row = HEADINGS, choices: Sequence[Row] = CHOICES) -> bytes:
    book = Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    for row in [headings, *rows]:
        survey.append(list(row))
    sheet = book.create_sheet("choices")
    for row in choices:
        sheet.append(list(row))
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id"])
    settings.append(["Lunch", "lunch"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def brought_in(*rows: Row) -> Definition:
    text = import_xlsform(workbook(rows), kind="stay")
    return load_text(text.replace("title:\n  en: Lunch\n", "title: {en: Lunch, cy: Cinio}\n"), "in.yaml", Shelf(HERE))


def refused(*rows: Row) -> list[str]:
    with pytest.raises(DefinitionFaulty) as error:
        import_xlsform(workbook(rows))
    return [f"{fault.file}:{fault.line}: {fault.what}" for fault in error.value.faults]


def test_groups_become_pages_and_questions_keep_their_types() -> None:
    definition = brought_in(
        ["begin_group", "soup", "The soup", "Y cawl"],
        ["note", "n", "Think of today.", "Meddyliwch am heddiw."],
        ["select_one yn", "liked", "Did you like it?", "Oeddech chi'n ei hoffi?"],
        ["select_multiple grade or_other", "which", "Which?", "Pa rai?"],
        ["integer", "bowls", "How many?", "Faint?"],
        ["text", "why", "Why?", "Pam?", None, "multiline"],
        ["end_group"],
        ["date", "when", "When?", "Pryd?"],
        ["rank grade", "order", "Order", "Trefn"],
    )
    assert list(definition.pages) == ["soup", "when", "order"]
    assert {code: question.type for code, question in definition.questions.items()} == {
        "liked": "single_choice",
        "which": "multiple_choice",
        "bowls": "number",
        "why": "long_text",
        "when": "date",
        "order": "ranking",
    }
    assert definition.pages["soup"].intro == {"en": "Think of today.", "cy": "Meddyliwch am heddiw."}
    assert definition.questions["which"].options[-1].other


def test_a_question_that_hangs_on_its_neighbour_gets_a_page_of_its_own() -> None:
    definition = brought_in(
        ["begin_group", "soup", "The soup", "Y cawl"],
        ["select_one yn", "liked", "Did you like it?", "Oeddech chi'n ei hoffi?"],
        ["text", "why_not", "Why not?", "Pam lai?", "${liked} = 'no' or not(selected(${liked}, 'yes'))"],
        ["end_group"],
    )
    leaver = Leaver(definition)
    leaver.sends("soup", liked="yes")
    assert leaver.path == ["soup"]
    leaver.sends("soup", liked="no")
    assert leaver.path == ["soup", "soup_2"]


def test_a_table_list_becomes_a_matrix_whose_rows_can_be_compared() -> None:
    definition = brought_in(
        ["begin_group", "taste", "How was it?", "Sut oedd e?", None, "table-list"],
        ["select_one grade", "salt", "The salt", "Yr halen"],
        ["select_one grade", "heat", "The heat", "Y gwres"],
        ["end_group"],
        ["text", "more", "Say more", "Dywedwch fwy", "${salt} = 'bad'"],
    )
    assert definition.questions["taste"].type == "matrix"
    leaver = Leaver(definition)
    leaver.sends("taste", taste__salt="bad")
    assert leaver.path == ["taste", "more"]


def test_nested_groups_become_parts_and_pages_and_names_are_piped() -> None:
    definition = brought_in(
        ["begin_group", "One", "First part", "Rhan gyntaf"],
        ["begin_group", "p1", "Page one", "Tudalen un"],
        ["text", "Dish", "Which dish?", "Pa bryd?"],
        ["end_group"],
        ["begin_group", "p2", "Page two", "Tudalen dau"],
        ["text", "why", "Why ${Dish}?", "Pam ${Dish}?"],
        ["end_group"],
        ["end_group"],
    )
    assert [part.code for part in definition.parts] == ["one"]
    leaver = Leaver(definition)
    leaver.sends("p1", dish="soup")
    assert leaver.sees("p2").questions[0].text == "Why soup?"


def test_what_cannot_be_brought_in_is_named_by_sheet_and_row_all_at_once() -> None:
    assert refused(
        ["calculate", "c", "Sum", "Swm"],
        ["select_one yn", "a", "A?", "A?", None, None, "yes"],
        ["text", "b", "B?", "B?", "count(${a}) > 1"],
        ["deviceid", "d"],
        ["select_one other_list", "e", "E?", "E?"],
        ["text", "f", "F?", "F?", None, "signature"],
        ["text", "a", "A again?", "A eto?"],
        ["begin_group", "open", "Open", "Agored"],
    ) == [
        "survey:2: The type `calculate` cannot be brought in.",
        "survey:3: The question is required.",
        "survey:4: The condition cannot be brought in: count(${a}).",
        "survey:5: The type `deviceid` cannot be brought in.",
        "survey:6: There is no list `other_list`.",
        "survey:7: The appearance `signature` cannot be brought in.",
        "survey:8: The name `a` is used before.",
        "survey:9: The group is never closed.",
    ]


def test_a_missing_translation_is_left_for_the_check_to_tell() -> None:
    text = import_xlsform(workbook([["text", "a", "How was it?"]]))
    with pytest.raises(DefinitionFaulty) as error:
        load_text(text, "in.yaml", Shelf(HERE))
    assert all("The Welsh text" in fault.what for fault in error.value.faults)


def test_limits_of_a_number_are_kept_and_other_constraints_refused() -> None:
    headings = ["type", "name", "label", "constraint"]
    text = import_xlsform(workbook([["integer", "n", "How many?", ". >= 0 and . <= 10"]], headings))
    assert "min: 0.0" in text and "max: 10.0" in text
    with pytest.raises(DefinitionFaulty, match="cannot be brought in"):
        import_xlsform(workbook([["integer", "n", "How many?", "regex(., '[0-9]')"]], headings))


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_file_that_is_no_workbook_is_refused_plainly(data: bytes) -> None:
    with pytest.raises(DefinitionFaulty, match="not an XLSX workbook"):
        import_xlsform(data)


def test_a_label_in_another_language_is_refused() -> None:
    with pytest.raises(DefinitionFaulty, match="another language"):
        import_xlsform(workbook([["text", "a", "Pourquoi?"]], ["type", "name", "label::French (fr)"]))
