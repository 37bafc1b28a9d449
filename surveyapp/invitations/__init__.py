"""The ledger of who was invited, and every link, code, letter and reminder."""
