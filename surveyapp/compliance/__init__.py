"""Is the process followed, everywhere? Counts, delays and overdue steps from cases, the ledger and interviews.

Owns no table: everything is read from the slices before it and computed on read, so that the numbers always reconcile
with the cases underneath. Shows HR's own records only, never answers; Areas are compared by funnel plots, not ranked.
"""
