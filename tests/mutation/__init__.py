"""Mutation testing of what keeps people apart: `python -m tests.mutation [masks|disclosure|access|ballots]`."""
