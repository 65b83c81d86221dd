"""Looking for a needle in every table and column of a database."""

from collections.abc import Sequence

import asyncpg

COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
      JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND data_type IN ('text', 'jsonb', 'bytea', 'character varying', 'json', 'ARRAY')"""


async def hits(pool: asyncpg.Pool, needles: Sequence[str]) -> dict[str, int]:
    """How many rows of each table.column hold one of these, in whatever case."""
    found = {}
    for table, column, kind in await pool.fetch(COLUMNS):
        text = f"encode({column}, 'escape')" if kind == "bytea" else f"{column}::text"
        rows = await pool.fetchval(
            f"SELECT count(*) FROM {table} WHERE {text} ILIKE ANY ($1)",
            [f"%{needle}%" for needle in needles],
        )
        if rows:
            found[f"{table}.{column}"] = rows
    return found
