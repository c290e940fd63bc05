"""The pool of experts who evaluate patents."""
