"""What is wrong with a definition file, where, and what its author should do about it."""

from collections.abc import Sequence
from dataclasses import dataclass


def N_(text: str) -> str:
    """Mark a text for translation; whoever shows the fault translates it, the engine knows no catalogue."""
    return text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: `file:line`, what is wrong, what to do; both as texts, with the values that go into them."""

    file: str
    line: int
    text: str
    advice: str
    given: tuple[tuple[str, str], ...] = ()

    @property
    def values(self) -> dict[str, str]:
        return dict(self.given)

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return self.text % self.values if self.given else self.text

    @property
    def remedy(self) -> str:
        """What to do, in English."""
        return self.advice % self.values if self.given else self.advice

    def __lt__(self, other: "Fault") -> bool:
        """In the order of the file."""
        return (self.file, self.line, self.what, self.remedy) < (other.file, other.line, other.what, other.remedy)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.remedy}"


def fault_in(file: str, line: int, text: str, advice: str, /, **values: object) -> Fault:
    """A fault with its values as text, by name."""
    return Fault(file, line, text, advice, tuple(sorted((name, str(value)) for name, value in values.items())))


class DefinitionFaulty(Exception):
    """A definition cannot be used; `faults` holds every fault found, in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def refused(file: str, line: int, text: str, advice: str, /, **values: object) -> DefinitionFaulty:
    """One fault after which the file cannot be read any further."""
    return DefinitionFaulty([fault_in(file, line, text, advice, **values)])
