"""The words of a PDF as anybody who selects them gets them: glyphs by the fonts' own maps to letters."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

_HEX = re.compile(rb"<([0-9a-fA-F]+)>")
_SECTION = re.compile(rb"begin(bfchar|bfrange)(.*?)endbf", re.DOTALL)


def text_of(document: pikepdf.Pdf) -> str:
    """Everything written on every page, a line for each string that is drawn."""
    return "\n".join(line for page in document.pages for line in _drawn(page, page.Resources))


def _drawn(stream: Any, resources: Any) -> Iterator[str]:
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(stream):
        match str(operator):
            case "Tf":
                letters = _letters(resources.Font[str(operands[0])])
            case "Tj" | "TJ":
                parts = operands[0] if str(operator) == "TJ" else operands
                yield "".join(_read(bytes(part), letters) for part in parts if isinstance(part, pikepdf.String))
            case "Do":
                inside = resources.XObject[str(operands[0])]
                if inside.Subtype == "/Form":
                    yield from _drawn(inside, inside.get("/Resources", resources))


def _read(glyphs: bytes, letters: dict[int, str]) -> str:
    return "".join(letters.get(int.from_bytes(glyphs[at : at + 2], "big"), "") for at in range(0, len(glyphs), 2))


def _letters(font: Any) -> dict[int, str]:
    """Glyph to letters, by the font's ToUnicode map."""
    found: dict[int, str] = {}
    for kind, body in _SECTION.findall(font.ToUnicode.read_bytes()):
        codes = [bytes.fromhex(code.decode()) for code in _HEX.findall(body)]
        size = 2 if kind == b"bfchar" else 3
        for first, *last, letter in zip(*(codes[at::size] for at in range(size)), strict=True):
            start, text = int.from_bytes(first, "big"), letter.decode("utf-16-be")
            found[start] = text
            for step in range(1, int.from_bytes(last[0], "big") - start + 1 if last else 0):
                found[start + step] = chr(ord(text) + step)
    return found
