"""The invented organisation and its years of leavers, by seed."""
