"""What is expected of data: columns and contracts (YAML), the checks of every gate (YAML), and the judges that run them."""
