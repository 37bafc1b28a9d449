"""Coded rows as bytes and back: what a sealed columnar snapshot holds."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np

from analytics.cube import CodedRows

_FORMAT = 2


class SnapshotNotUnderstood(ValueError):
    """The bytes are no snapshot, or of another format."""


def to_bytes(rows: CodedRows) -> bytes:
    """A snapshot: the columns as plain arrays, names and levels beside them. Not compressed, so that reading is fast;
    whoever stores it seals it."""
    about = {"format": _FORMAT, "levels": {name: list(levels) for name, levels in rows.levels.items()}}
    about |= {"reasons": list(rows.reasons), "words": len(rows.words)}
    arrays = {f"code:{name}": codes for name, codes in rows.codes.items()}
    arrays |= {f"word:{at}": word for at, word in enumerate(rows.words)}
    if rows.count is not None:
        arrays["count"] = rows.count
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
    return file.getvalue()


def from_bytes(stored: bytes) -> CodedRows:
    """The rows of a snapshot. Errors: SnapshotNotUnderstood."""
    try:
        with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            codes = {name: arrays[f"code:{name}"] for name in about["levels"]}
            words = tuple(arrays[f"word:{at}"] for at in range(about.get("words", 0)))
            count = arrays.get("count")
    except (OSError, ValueError, KeyError, AttributeError, EOFError, zipfile.BadZipFile) as fault:
        raise SnapshotNotUnderstood("these bytes are no snapshot of coded rows") from fault
    if about["format"] != _FORMAT:
        raise SnapshotNotUnderstood(f"snapshot format {about['format']}; this program reads {_FORMAT}")
    levels = {name: tuple(values) for name, values in about["levels"].items()}
    return CodedRows(levels, codes, tuple(about["reasons"]), words, count)
