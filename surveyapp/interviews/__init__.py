"""Exit interviews: offers, slots, bookings, records."""
