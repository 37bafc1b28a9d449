"""The invented organisation and its years of leavers, the same for the same seed.

`inventing` is pure and makes people up, `planted` says which differences are really there, `history` writes closed
quarters, `present` what is under way, `accounts` the sign-ins. Every figure and person is invented.
"""
