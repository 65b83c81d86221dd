"""db/schema.sql is the sum of the migrations."""

import asyncpg
import pytest

# What a database is made of, as rows that compare equal where the definitions do.
CATALOGUE = {
    "columns": """
        SELECT c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
               a.attnotnull, a.attidentity::text, pg_get_expr(d.adbin, d.adrelid) AS standard
          FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          JOIN pg_namespace n ON n.oid = c.relnamespace
          LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
         WHERE n.nspname = 'public' AND a.attnum > 0 AND NOT a.attisdropped
           AND c.relkind IN ('r', 'v', 'S', 'm', 'p')""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'""",
    "storage": """
        SELECT relname, reloptions::text FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "functions": """
        SELECT proname, pg_get_functiondef(p.oid) FROM pg_proc p
         WHERE pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
           AND prokind = 'f'""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
         WHERE NOT tgisinternal""",
    "extensions": "SELECT extname FROM pg_extension",
    "moves": "SELECT from_status, event, actor, to_status FROM legal_move",
}
OURS_ONLY = "schema_migration"  # the migrations' own book


async def catalogue(url: str, what: str) -> set[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(CATALOGUE[what])
    await connection.close()
    return {tuple(row) for row in rows if not any(OURS_ONLY in str(value) for value in row)}


@pytest.mark.parametrize("what", list(CATALOGUE))
async def test_schema_equals_the_migrations(what, schema_url, database_url):
    from_schema = await catalogue(schema_url, what)
    assert from_schema, "the comparison looks at nothing"
    assert from_schema == await catalogue(database_url, what)


async def test_the_comparison_sees_a_change(schema_url, database_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("ALTER TABLE booking ALTER guests DROP NOT NULL")
    await connection.close()
    assert await catalogue(schema_url, "columns") != await catalogue(database_url, "columns")
