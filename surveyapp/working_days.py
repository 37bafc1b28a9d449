"""Working days by nation, bank holidays and closure days: dates in, dates out."""
