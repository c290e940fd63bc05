"""The steps of a month, and everything that calls them outside Airflow."""
