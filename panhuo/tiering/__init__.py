"""Tiers as people read them: the story of one patent, as text and as a page."""
