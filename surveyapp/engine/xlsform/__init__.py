"""XLSForm workbooks brought in: the common subset becomes a draft definition, anything else is refused by its row."""
