"""Disposal: schedules, legal holds, plan and run, proof, and giving a person their data or erasing it.

Owns `disposal_periods`, `legal_holds` and `disposal_proofs`. Tombstones are written to a file outside the database and
its backups; a restore replays them before it serves. May call every slice before it.
"""
