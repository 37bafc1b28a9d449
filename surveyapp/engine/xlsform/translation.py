"""An XLSForm workbook as the text of a draft definition; what has no counterpart is refused, each row by its number."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from surveyapp.engine.faults import DefinitionFaulty, Fault
from surveyapp.engine.xlsform.conditions import NotInSubset, questions_in, read_condition
from surveyapp.engine.xlsform.questions import (
    CannotTranslate,
    Written,
    code_of,
    piped,
    piped_names,
    question_of,
    row_faults,
)
from surveyapp.engine.xlsform.sheets import SheetRow, Workbook, read_workbook

_BLANK = {"en": "…", "cy": "…"}
_MAIN: Written = {"en": "Questions", "cy": "Cwestiynau"}


@dataclass
class _Group:
    """A group of the form: a part, a page, or (table-list) a matrix."""

    row: SheetRow | None
    children: list["_Group | SheetRow"] = field(default_factory=list)

    @property
    def is_matrix(self) -> bool:
        return self.row is not None and "table-list" in self.row.cell("appearance")

    def holds_pages(self) -> bool:
        return any(isinstance(child, _Group) and not child.is_matrix for child in self.children)


def import_xlsform(data: bytes, kind: str = "leaver", version: int = 1) -> str:
    """The draft's YAML, to be checked like any other; raises `DefinitionFaulty` naming sheet, row and remedy."""
    book = read_workbook(data)
    translation = _Translation(book)
    definition = translation.definition(kind, version)
    if translation.faults:
        raise DefinitionFaulty(sorted(set(translation.faults)))
    return yaml.dump(definition, Dumper=_PlainDumper, sort_keys=False, allow_unicode=True, width=120)


class _PlainDumper(yaml.SafeDumper):
    """YAML without aliases, which the format refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _Translation:
    """The state of one translation: names met so far, lists, fills, faults."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.faults: list[Fault] = list(book.faults)
        self.names: dict[str, dict[str, str]] = {}
        self.kinds: dict[str, str] = {}
        self.piped: set[str] = set()
        self.lists = self._lists()

    def definition(self, kind: str, version: int) -> Written:
        root = self._tree()
        title = self.book.settings.get("form_title", "Questionnaire")
        groups = [child for child in root.children if isinstance(child, _Group)]
        if any(group.holds_pages() for group in groups):
            parts = [self._part(group) for group in self._grouped(root)]
        else:
            parts = [self._part(root)]
        return {
            "questionnaire": code_of(self.book.settings.get("form_id", title)) or "imported",
            "version": version,
            "kind": kind,
            "languages": ["en", "cy"],
            "title": {"en": title},
            "lists": {code_of(name): options for name, options in self.lists.items()},
            "fills": {name: {"question": name, "if_blank": dict(_BLANK)} for name in sorted(self.piped)},
            "parts": parts,
        }

    def _lists(self) -> dict[str, list[Written]]:
        lists: dict[str, list[Written]] = {}
        for row in self.book.choices:
            name = row.cell("list_name") or row.cell("list name")
            if not (name and row.cell("name") and row.label):
                self.faults.append(row.fault("A choice needs list_name, name and label.", "Fill them in."))
                continue
            lists.setdefault(name, []).append({"code": code_of(row.cell("name")), "text": dict(row.label)})
        return lists

    def _tree(self) -> _Group:
        root = _Group(None)
        stack = [root]
        for row in self.book.survey:
            kind = row.cell("type").lower().replace(" ", "_")
            if kind == "begin_group":
                group = _Group(row)
                stack[-1].children.append(group)
                stack.append(group)
            elif kind == "end_group":
                if len(stack) > 1:
                    stack.pop()
                else:
                    self.faults.append(row.fault("No group is open here.", "Take the row out."))
            elif kind:
                stack[-1].children.append(row)
        for group in stack[1:]:
            if group.row:
                self.faults.append(group.row.fault("The group is never closed.", "Add an end_group row."))
        return root

    def _grouped(self, root: _Group) -> Iterator[_Group]:
        """The groups at the top as parts; a question outside any group has no part to stand in."""
        for child in root.children:
            if isinstance(child, _Group):
                yield child
            else:
                self.faults.append(child.fault("The question stands outside every group.", "Move it into a group."))

    def _part(self, group: _Group) -> Written:
        title = self._title(group.row) if group.row else dict(_MAIN)
        part: Written = {
            "code": code_of(group.row.cell("name")) if group.row else "main",
            "title": title,
            "progress": {language: text[:1].lower() + text[1:] for language, text in title.items()},
        }
        if group.row and group.holds_pages():
            part |= self._condition(group.row)
            return part | {"pages": list(self._pages(group.children))}
        return part | {"pages": list(self._pages([group] if group.row else group.children))}

    def _pages(self, children: list["_Group | SheetRow"]) -> Iterator[Written]:
        for child in children:
            if isinstance(child, SheetRow):
                yield from self._page(child, [child], {})
            elif child.holds_pages() and child.row:
                self.faults.append(child.row.fault("Groups are nested too deep.", "Keep parts and pages: two levels."))
            elif child.row and child.is_matrix:
                yield from self._page(child.row, [child], {})
            elif child.row:
                yield from self._page(child.row, child.children, self._condition(child.row))

    def _page(self, row: SheetRow, children: list["_Group | SheetRow"], show_if: dict[str, Any]) -> Iterator[Written]:
        """One page, or several where a question hangs on another of the same group."""
        base: Written = {"code": code_of(row.cell("name")), "title": self._title(row), **show_if}
        page, number = base | {"questions": []}, 1
        for child in children:
            if isinstance(child, SheetRow) and child.cell("type").lower() == "note":
                self._note(page, child)
                continue
            question = self._matrix(child) if isinstance(child, _Group) else self._question(child)
            if question is None:
                continue
            if questions_in(question.get("show_if", {})) & {one["code"] for one in page["questions"]}:
                yield page
                number += 1
                page = base | {"code": f"{base['code']}_{number}", "questions": []}
            page["questions"].append(question)
        yield page

    def _note(self, page: Written, row: SheetRow) -> None:
        if page["questions"] or "intro" in page or row.cell("relevant"):
            self.faults.append(row.fault("The note cannot stand here.", "Put one note first in its group."))
        else:
            page["intro"] = self._words(row)

    def _question(self, row: SheetRow) -> Written | None:
        self.faults += row_faults(row)
        try:
            question = question_of(row, self.lists)
        except CannotTranslate as error:
            self.faults.append(row.fault(error.what, error.remedy))
            return None
        self.piped |= piped_names(row.label) | piped_names(row.hint)
        question |= self._condition(row)
        self._learn(row, {"question": question["code"]}, question["type"])
        return question

    def _matrix(self, group: _Group) -> Written | None:
        """A table-list group: each question a statement, all on one list."""
        row = group.row
        rows = [child for child in group.children if isinstance(child, SheetRow)]
        lists = {one.cell("type") for one in rows}
        name = next(iter(lists), "").partition(" ")[2].strip()
        if row is None or len(rows) < len(group.children) or len(lists) != 1 or name not in self.lists:
            if row:
                self.faults.append(row.fault("The table mixes lists or types.", "Use select_one with one list."))
            return None
        code = code_of(row.cell("name"))
        for one in rows:
            self.faults += row_faults(one)
            if one.cell("relevant"):
                self.faults.append(one.fault("A statement cannot have a condition.", "Put it on the group."))
            self._learn(one, {"question": code, "row": code_of(one.cell("name"))}, "matrix")
        statements = [{"code": code_of(one.cell("name")), "text": dict(one.label)} for one in rows]
        matrix = {"code": code, "type": "matrix", "text": self._words(row), "list": code_of(name), "rows": statements}
        return matrix | self._condition(row)

    def _learn(self, row: SheetRow, target: dict[str, str], kind: str) -> None:
        name = row.cell("name")
        if not code_of(name):
            self.faults.append(row.fault("The row has no usable name.", "Write one of letters, digits and _."))
        elif name in self.names or target in self.names.values():
            self.faults.append(row.fault(f"The name `{name}` is used before.", "Rename one."))
        self.names[name] = target
        self.kinds[target["question"]] = kind

    def _condition(self, row: SheetRow) -> dict[str, Any]:
        if not row.cell("relevant"):
            return {}
        try:
            return {"show_if": read_condition(row.cell("relevant"), self.names, self.kinds)}
        except NotInSubset as error:
            what = f"The condition cannot be brought in: {error}."
            self.faults.append(row.fault(what, "Use =, !=, <, >, selected(), and, or, not() on earlier questions."))
            return {}

    def _title(self, row: SheetRow) -> Written:
        if not row.label and row.cell("type").lower().startswith("begin"):
            self.faults.append(row.fault("The group has no label.", "Write its title in `label`."))
        return self._words(row)

    def _words(self, row: SheetRow) -> Written:
        self.piped |= piped_names(row.label)
        return piped(row.label)
