"""The common subset of XLSForm conditions read into the format's own: no expression is ever evaluated."""

import re
from dataclasses import dataclass, field
from typing import Any

_TOKENS = re.compile(
    r"\s*(?:(?P<name>\$\{[A-Za-z_][\w.-]*\})|(?P<text>'[^']*'|\"[^\"]*\"|“[^”]*”|‘[^’]*’)|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<op><=|>=|!=|=|<|>)|(?P<word>selected|not|and|or)\b|(?P<mark>[(),]))"
)
_ORDER_OPS = {">=": "at_least", "<=": "at_most", ">": "more_than", "<": "less_than"}


class NotInSubset(Exception):
    """The expression uses something that cannot be translated."""


@dataclass
class _Reader:
    """A hand-written descent over `or`, `and`, `not()`, `selected()` and comparisons with a constant."""

    tokens: list[tuple[str, str]]
    names: dict[str, dict[str, str]]
    at: int = 0
    depth: int = 0
    kinds: dict[str, str] = field(default_factory=dict)

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *wanted: str) -> str:
        kind, value = self.peek()
        if kind not in wanted and value not in wanted:
            raise NotInSubset(value or "an expression that stops early")
        self.at += 1
        return value

    def joined(self, word: str) -> dict[str, Any]:
        """Conditions joined by `or`, each of conditions joined by `and`."""
        parts = [self.joined("and") if word == "or" else self.single()]
        while self.peek() == ("word", word):
            self.at += 1
            parts.append(self.joined("and") if word == "or" else self.single())
        return parts[0] if len(parts) == 1 else {"any" if word == "or" else "all": parts}

    def single(self) -> dict[str, Any]:
        kind, value = self.peek()
        if (kind, value) == ("word", "not"):
            self.at += 1
            return {"not": self.bracketed()}
        if (kind, value) == ("word", "selected"):
            return self.selected()
        if (kind, value) == ("mark", "("):
            return self.bracketed()
        return self.comparison()

    def bracketed(self) -> dict[str, Any]:
        self.depth += 1
        if self.depth > 20:
            raise NotInSubset("brackets nested too deep")
        self.take("(")
        inner = self.joined("or")
        self.take(")")
        return inner

    def selected(self) -> dict[str, Any]:
        self.at += 1
        self.take("(")
        name = self.question()
        self.take(",")
        code = self.take("text")[1:-1]
        self.take(")")
        op = "includes" if self.kinds.get(name["question"]) in ("multiple_choice", "ranking") else "equals"
        return {**name, "op": op, "value": code}

    def comparison(self) -> dict[str, Any]:
        name, op = self.question(), self.take("op")
        kind, value = self.peek()
        self.take("text", "number")
        plain = value[1:-1] if kind == "text" else value
        if plain == "":
            if op not in ("=", "!="):
                raise NotInSubset(f"{op} ''")
            return {**name, "op": "not_answered" if op == "=" else "answered"}
        if op in _ORDER_OPS:
            return {**name, "op": _ORDER_OPS[op], "value": plain}
        equal = {**name, "op": "equals", "value": plain}
        # in a form, a blank answer is unlike every value; `not_equals` would ask for an answer
        return equal if op == "=" else {"not": equal}

    def question(self) -> dict[str, str]:
        written = self.take("name")[2:-1]
        if written not in self.names:
            raise NotInSubset(f"${{{written}}}, which is no question of the form")
        return self.names[written]


def read_condition(expression: str, names: dict[str, dict[str, str]], kinds: dict[str, str]) -> dict[str, Any]:
    """The `relevant` expression as a written condition.

    `names` maps the form's names to `question` (and `row`) codes, `kinds` those codes to question types.
    Raises `NotInSubset`.
    """
    tokens: list[tuple[str, str]] = []
    at = 0
    text = expression.strip()
    while at < len(text):
        match = _TOKENS.match(text, at)
        if match is None:
            raise NotInSubset(text[at:].split()[0])
        tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    reader = _Reader(tokens, names, kinds=kinds)
    condition = reader.joined("or")
    if reader.at < len(tokens):
        raise NotInSubset(tokens[reader.at][1])
    return condition


def questions_in(condition: dict[str, Any]) -> set[str]:
    """The questions a written condition looks at."""
    if "question" in condition:
        return {condition["question"]}
    if "not" in condition:
        return questions_in(condition["not"])
    return set().union(*(questions_in(one) for one in condition.get("any") or condition.get("all") or []))
