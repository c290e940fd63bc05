"""Gates: what was checked, what may be excused, the verdict, the ledger of it and the report people read."""
