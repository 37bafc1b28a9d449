"""What every page must be, whoever made it: for house tests and journeys alike."""

import re
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])


class _Outline(HTMLParser):
    """Elements left open or closed out of turn, ids, labels and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: list[str] = []
        self.described: list[str] = []
        self.language = ""
        self.n_headings = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in VOID and tag not in {"path", "rect", "circle"}:
            self.open.append(tag)
        self.language = self.language or (named.get("lang") or "" if tag == "html" else "")
        self.n_headings += tag == "h1"
        self.ids += [named["id"] or ""] if "id" in named else []
        for reference in ("aria-describedby", "aria-labelledby", "aria-controls", "for"):
            self.described += (named.get(reference) or "").split()
        if tag == "script" and "src" not in named:
            self.faults.append("an inline script")
        self.faults += [f"an inline {name}" for name in named if name == "style" or name.startswith("on")]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag in {"path", "rect", "circle"}:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1] if self.open else 'nothing'}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def page_faults(page: str) -> list[str]:
    """What is wrong with a page: structure, title, language, one first heading, ids, inline script or style."""
    outline = _Outline()
    outline.feed(page)
    faults = outline.faults + [f"<{tag}> is left open" for tag in outline.open]
    if outline.language not in {"en", "cy"}:
        faults.append("no language")
    if not re.search(r"<title>\s*[^\s–].* – .+</title>", page):
        faults.append("no title")
    if outline.n_headings != 1:
        faults.append(f"{outline.n_headings} first headings")
    faults += [f"id {one} stands twice" for one in sorted({one for one in outline.ids if outline.ids.count(one) > 1})]
    faults += [f"nothing has the id {one}" for one in sorted(set(outline.described) - set(outline.ids))]
    return faults
