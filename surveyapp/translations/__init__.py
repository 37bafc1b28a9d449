"""The Welsh texts of the interface, one file a slice; README.md says how to add to them."""
