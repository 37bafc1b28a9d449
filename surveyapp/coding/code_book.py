"""The code book: what comments may be coded with, in both languages, one file a version, frozen once published."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from analytics.text import CodeWords

FOLDER = Path(__file__).parent / "code_books"
NOTHING = "nothing"


class UnknownCode(ValueError):
    """A code that the code book does not hold."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BothLanguages(_Written):
    """One text in English and Welsh."""

    en: Annotated[str, Field(min_length=1)]
    cy: Annotated[str, Field(min_length=1)]

    def in_language(self, language: str) -> str:
        return self.cy if language == "cy" else self.en


class WordLists(_Written):
    """Words or phrases by language."""

    en: tuple[str, ...] = ()
    cy: tuple[str, ...] = ()

    def in_language(self, language: str) -> tuple[str, ...]:
        return self.cy if language == "cy" else self.en


class Code(_Written):
    """One code: its name inside a sentence, what it means, and the words that speak for and against it."""

    code: str
    name: BothLanguages
    group: str
    means: BothLanguages
    words: WordLists
    not_words: WordLists = WordLists()
    sensitive: bool = False
    answers_to: tuple[str, ...] = ()
    is_counted: bool = True


class CodeGroup(_Written):
    """Codes that stand together on the page."""

    code: str
    name: BothLanguages


class CodeBook(_Written):
    """One version of the code book."""

    code_book: str
    version: int
    groups: tuple[CodeGroup, ...]
    codes: tuple[Code, ...]

    @property
    def reference(self) -> str:
        """What decisions keep: 'comments/1'."""
        return f"{self.code_book}/{self.version}"

    def __contains__(self, code: object) -> bool:
        return any(one.code == code for one in self.codes)

    def named(self, code: str) -> Code:
        """The code of that name. Errors: UnknownCode."""
        found = next((one for one in self.codes if one.code == code), None)
        if found is None:
            raise UnknownCode(code)
        return found

    @property
    def counted(self) -> tuple[str, ...]:
        """Codes that figures count, in the order of the book."""
        return tuple(one.code for one in self.codes if one.is_counted)

    @property
    def sensitive(self) -> frozenset[str]:
        return frozenset(one.code for one in self.codes if one.sensitive)

    def words(self, language: str) -> list[CodeWords]:
        """The book as `analytics.text` reads it."""
        return [
            CodeWords(one.code, one.words.in_language(language), one.not_words.in_language(language))
            for one in self.codes
        ]


@dataclass(frozen=True)
class ChangedBook:
    """A published version whose file is no longer what was published."""

    version: int


@cache
def newest() -> CodeBook:
    """The newest published version: what new coding uses."""
    return version(max(versions()))


def versions() -> list[int]:
    """Every version there is, oldest first."""
    return sorted(int(path.stem) for path in FOLDER.glob("*.yaml"))


@cache
def version(number: int) -> CodeBook:
    """One version. Errors: FileNotFoundError, pydantic's ValidationError for a file that is not as it should be."""
    return CodeBook.model_validate(yaml.safe_load((FOLDER / f"{number}.yaml").read_text(encoding="utf-8")))


def changed_books() -> list[ChangedBook]:
    """Published versions that were changed, or are not published at all."""
    published = json.loads((FOLDER / "published.json").read_text(encoding="utf-8"))
    return [ChangedBook(n) for n in versions() if published.get(str(n)) != sha256_of(n)]


def sha256_of(number: int) -> str:
    """The hash of a version's file."""
    return hashlib.sha256((FOLDER / f"{number}.yaml").read_bytes()).hexdigest()
