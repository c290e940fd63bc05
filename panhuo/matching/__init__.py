"""Which patents to which enterprises: evidence, one calibrated probability, assignment, reasons; tables in and out."""
