"""Keys and ciphers: the application key ring, a data key per identified record, and boxes sealed to the release key.

Owns the table `data_keys`. Destroying a record's data key makes its encrypted columns unreadable for ever, in backups
too; `disposal` does that. Nothing here knows what is inside a cipher text.
"""
