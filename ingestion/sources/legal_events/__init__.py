"""Legal events of patents."""
