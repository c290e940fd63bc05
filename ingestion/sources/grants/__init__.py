"""Patents as the grant feed states them."""
