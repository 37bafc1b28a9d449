"""What the sealed box of one imported row holds."""

import json
from dataclasses import asdict, dataclass

PLACE = "imported rows"


@dataclass(frozen=True)
class ImportedRespondent:
    """One row of an outside survey in the product's terms; `count` people stand behind it.

    `answered` means the reasons question was answered. `main` is its own count and never adds to `reasons`.
    """

    role: str
    area: str
    leaving_type: str
    answered: bool
    reasons: tuple[str, ...]
    main: str | None
    tenure: str
    count: int

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), separators=(",", ":"), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, held: bytes) -> "ImportedRespondent":
        values = json.loads(held)
        return cls(**(values | {"reasons": tuple(values["reasons"])}))
