"""The statements of db/queries.sql against the schema, and against the code that names them."""

import ast

import asyncpg
import pytest

from db.invariants import FILE, RULES
from db.sql import statements
from tests.contracts.source import nodes, text_of

BOOK = "migration_table"  # data definition: it cannot be prepared, and two others look at it


@pytest.fixture
async def connection(schema_url):
    opened = await asyncpg.connect(schema_url)
    await opened.execute(statements()[BOOK])
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", sorted(set(statements()) - {BOOK}))
async def test_every_statement_fits_the_schema(name, connection):
    await connection.prepare(statements()[name])


async def test_every_invariant_fits_the_schema_and_is_run(connection):
    for statement in statements(FILE).values():
        await connection.prepare(statement)
    assert [rule.statement for rule in RULES] == list(statements(FILE))


def named() -> set[str]:
    """Every name that the code hands to sql(), also from a loop over a tuple of names."""
    direct = {
        text
        for _, node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sql"
        for text in [text_of(node.args[0])]
        if text
    }
    loops = {
        text
        for _, node in nodes("db")
        if isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple)
        for element in node.iter.elts
        if (text := text_of(element)) in statements()
    }
    return direct | loops


def test_every_name_in_the_code_is_a_statement():
    assert named() - set(statements()) == set()


def test_every_statement_is_used():
    assert set(statements()) - named() == set()
