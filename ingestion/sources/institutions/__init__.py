"""Register of universities, research institutes and hospitals."""
