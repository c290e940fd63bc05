"""What is expected of data: columns, contracts and gates as YAML, and the judges that run them."""
