"""Keeps the Welsh files: finds every interface text, one .po file a slice, and says what has no Welsh yet."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import write_po

from surveyapp.languages.texts import TRANSLATIONS, WELSH, read_catalogue

SURVEYAPP: Final = Path(__file__).parent.parent
PROJECT: Final = SURVEYAPP.parent
# What marks a text: the gettext family, its lazy forms, and N_ for texts translated elsewhere.
KEYWORDS: Final = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "_l": None, "N_": None, "lazy_ngettext": (1, 2)}
Welsh = str | tuple[str, ...]
PLURAL_FORMS: Final = 5
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]|%%")


def sources() -> Iterator[tuple[str, Path]]:
    """Every file that may hold interface texts, with the slice whose catalogue it belongs to."""
    for root in (SURVEYAPP, PROJECT / "analytics"):
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root).parts
            if path.suffix in {".py", ".html", ".txt"} and not {"static", "build", "migrations"} & set(inside):
                yield _slice_of(root, inside), path


def _slice_of(root: Path, inside: tuple[str, ...]) -> str:
    if root.name == "analytics":
        return "analytics"
    return inside[0] if len(inside) > 1 else "application"


def texts_in(path: Path) -> Iterator[str | tuple[str, ...]]:
    """The texts of one file; a text file has some only when it is a template."""
    method = "python" if path.suffix == ".py" else "jinja2"
    options: dict[str, Any] = {"trimmed": "true", "silent": "false"}
    with path.open("rb") as stream:
        for _line, text, _comments, _context in extract(method, stream, KEYWORDS, (), options):
            if text:
                yield text


def extracted(wanted: str | None = None) -> dict[str, dict[str | tuple[str, ...], list[str]]]:
    """For each slice, each text and the files it stands in."""
    found: dict[str, dict[str | tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for slice_name, path in sources():
        if wanted in (None, slice_name):
            for text in texts_in(path):
                found[slice_name][text].append(path.relative_to(PROJECT).as_posix())
    return found


def file_of(slice_name: str) -> Path:
    return TRANSLATIONS / WELSH / f"{slice_name}.po"


def all_known() -> dict[str, Message]:
    """Every Welsh text there is, by its English (singular), so that a text moved between slices keeps its Welsh."""
    known: dict[str, Message] = {}
    for file in sorted((TRANSLATIONS / WELSH).glob("*.po")):
        for message in read_catalogue(file, WELSH):
            if message.id and is_translated(message):
                known.setdefault(_key(message.id), message)
    return known


def _key(text: str | tuple[str, ...] | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def _welsh_of(message: Message) -> Welsh:
    return message.string if isinstance(message.string, str) else tuple(message.string or ())


def is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return bool(forms) and all(forms)


def update(slice_name: str | None = None, given: dict[str, Welsh] | None = None) -> dict[str, int]:
    """Write the .po files anew: texts in order, no line numbers and no dates, so that two branches merge.

    `given` holds new Welsh by its English (singular); it takes the place of what there is.
    """
    known = {text: _welsh_of(message) for text, message in all_known().items()}
    known |= given or {}
    counts = {}
    for name, texts in extracted(slice_name).items():
        catalogue = Catalog(locale=WELSH, fuzzy=False)
        for text, files in texts.items():
            old = known.get(_key(text))
            same_kind = old is not None and isinstance(old, tuple) == isinstance(text, tuple)
            places = [(file, None) for file in sorted(set(files))]
            catalogue.add(text, old if same_kind else None, locations=places)  # type: ignore[arg-type]  # babel accepts a place without a line
        write(file_of(name), catalogue)
        counts[name] = len(texts)
    return counts


def write(file: Path, catalogue: Catalog) -> None:
    stream = BytesIO()
    write_po(stream, catalogue, width=0, omit_header=True, sort_output=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {WELSH}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(header + plural + stream.getvalue().decode().lstrip("\n"), encoding="utf-8")


def missing() -> dict[str, Welsh]:
    """Every text without Welsh, by its English: an empty text, or five empty ones where the number matters."""
    known = all_known()
    return {
        _key(text): ("",) * PLURAL_FORMS if isinstance(text, tuple) else ""
        for texts in extracted().values()
        for text in texts
        if _key(text) not in known or isinstance(known[_key(text)].string, tuple) != isinstance(text, tuple)
    }


def faults() -> Iterator[str]:
    """What is wrong, a line each: no file, no Welsh, or placeholders that differ."""
    known = all_known()
    for name, texts in sorted(extracted().items()):
        for text in texts:
            message = known.get(_key(text))
            if message is None or isinstance(message.string, tuple) != isinstance(text, tuple):
                yield f"{file_of(name).relative_to(PROJECT).as_posix()}: no Welsh for {_key(text)!r}"
            elif fault := _placeholder_fault(text, message):
                yield f"{file_of(name).relative_to(PROJECT).as_posix()}: {fault}"


def _placeholder_fault(text: str | tuple[str, ...], message: Message) -> str | None:
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    wanted = set(PLACEHOLDER.findall(text if isinstance(text, str) else " ".join(text)))
    for form in forms:
        if "%" in PLACEHOLDER.sub("", str(form)):
            return f"a percent sign must be doubled in the Welsh for {_key(text)!r}"
        if not set(PLACEHOLDER.findall(str(form))) <= wanted:
            return f"the Welsh for {_key(text)!r} names something the English does not"
        if isinstance(text, str) and set(PLACEHOLDER.findall(str(form))) != wanted:
            return f"the Welsh for {_key(text)!r} leaves something out"
    return None


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command("update")
@click.argument("slice_name", required=False)
def update_command(slice_name: str | None) -> None:
    """Find the texts (of one slice, or of all) and rewrite the .po files, keeping the Welsh there is."""
    for name, count in sorted(update(slice_name).items()):
        click.echo(f"{name}: {count} texts")


@main.command("check")
@click.argument("slice_name", required=False)
def check_command(slice_name: str | None) -> None:
    """List every text without Welsh; exit 1 if there is one."""
    prefix = f"surveyapp/translations/{WELSH}/{slice_name}.po" if slice_name else ""
    found = [fault for fault in faults() if fault.startswith(prefix)]
    click.echo("\n".join(found) or "Every text has its Welsh.")
    raise SystemExit(1 if found else 0)


@main.command("missing")
def missing_command() -> None:
    """Print the texts without Welsh as JSON, to be filled in and given to `fill`."""
    click.echo(json.dumps(missing(), ensure_ascii=False, indent=1))


@main.command("fill")
@click.argument("file", type=click.Path(path_type=Path, exists=True))
def fill_command(file: Path) -> None:
    """Take Welsh from a JSON file of English to Welsh (five texts in a list: other, 1, 2, 3, 6) into the .po files."""
    read = json.loads(file.read_text(encoding="utf-8"))
    given: dict[str, Welsh] = {
        text: tuple(welsh) if isinstance(welsh, list) else welsh for text, welsh in read.items() if welsh
    }
    update(given=given)
    click.echo(f"{len(given)} texts read, {len(missing())} still without Welsh")


if __name__ == "__main__":
    main()
