"""A read-only DuckDB dialect for SQLAlchemy, made for Great Expectations.

GX fetches results after it has handed the connection back to the pool. A dialect with transactions rolls
back at that moment, and DuckDB then drops the pending result: every metric fails with "list index out of
range". This one never begins a transaction, so there is nothing to roll back. duckdb-engine 0.17 cannot be
used under SQLAlchemy 2.1: its reflection queries ask DuckDB for PostgreSQL catalogue functions that it does
not have.
"""

# ruff: noqa: ARG002, ARG003 - signatures are SQLAlchemy's

from __future__ import annotations

from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Pool, StaticPool, text, types
from sqlalchemy.dialects import registry
from sqlalchemy.engine.default import DefaultDialect

DRIVER = "duckdb+readonly"


def register() -> None:
    """Make `duckdb+readonly:///<file>` known to SQLAlchemy; calling it again changes nothing."""
    registry.register(DRIVER.replace("+", "."), __name__, "ReadOnlyDuckDB")


class ReadOnlyDuckDB(DefaultDialect):  # type: ignore[misc]
    """Reads one DuckDB file through one connection, each statement for itself."""

    name = "duckdb"
    driver = "readonly"
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """Return the DB-API module."""
        import duckdb

        return duckdb

    @classmethod
    def get_pool_class(cls, url: URL) -> type[Pool]:
        """One connection for all, closed when the engine is disposed of."""
        pool: type[Pool] = StaticPool
        return pool

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        """Open the file of the URL read-only."""
        return [url.database], {"read_only": True}

    def do_begin(self, dbapi_connection: Any) -> None:
        """Nothing: DuckDB commits each statement by itself."""

    def do_commit(self, dbapi_connection: Any) -> None:
        """Nothing was begun."""

    def do_rollback(self, dbapi_connection: Any) -> None:
        """Nothing was begun, and a pending result must survive."""

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> list[dict[str, Any]]:
        """Names of the columns in order, of tables and views alike; types are judged in SQL, not here."""
        statement = text(
            "select column_name, is_nullable from duckdb_columns() "
            "where table_name = :table and schema_name = :schema order by column_index"
        )
        rows = connection.execute(statement, {"table": table_name, "schema": schema or "main"})
        return [{"name": name, "type": types.NullType(), "nullable": nullable} for name, nullable in rows]

    def get_pk_constraint(
        self, connection: Connection, table_name: str, schema: str | None = None, **kw: Any
    ) -> dict[str, Any]:
        """No key is declared in the files judged; uniqueness is an expectation."""
        return {"constrained_columns": [], "name": None}
