"""What quarterly consultations decided."""
