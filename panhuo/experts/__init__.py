"""Assignment of evaluations to experts (D17)."""
