"""Head-counts, new starters, vacancies, caseload and sickness by month: the denominators of rates.

Owns `context_figures`, their `context_revisions`, `context_imports` and `context_uploads` (waiting > applied or
discarded). Figures are HR's own and name nobody. May call cases (its reader of files), directory, audit and access;
reports read `series.py`.
"""
