"""What each report page says: pure of the web, made from released rows, the same for screen, file and document."""
