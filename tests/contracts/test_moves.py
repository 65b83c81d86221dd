"""The transition table stands once; the database and the README's diagram are copies of it."""

import re

from flows.booking import AT_ONCE, HOLDING, TRANSITIONS, Actor, Status, legal_moves, targets
from tests.contracts.source import ROOT

BLOCK = re.compile(r"```mermaid\s+stateDiagram-v2\n(.*?)```", re.DOTALL)
EDGE = re.compile(r"\s*(\S+) --> (\S+): (\w+) \(([\w, ]+)\)\s*")


def drawn(text: str) -> set[tuple[str, str, str, str]]:
    """The moves of the diagram: `A --> B: event (actor, actor)`, [*] for no state yet."""
    block = BLOCK.search(text)
    assert block, "no mermaid stateDiagram-v2 in the README"
    lines = [line for line in block[1].splitlines() if "-->" in line]
    edges = [EDGE.fullmatch(line) for line in lines]
    unread = [line for line, edge in zip(lines, edges, strict=True) if edge is None]
    assert not unread, f"lines that do not say event and actors: {unread}"
    return {
        (source.replace("[*]", "-"), event, actor, to)
        for source, to, event, actors in (edge.groups() for edge in edges if edge)
        for actor in re.split(r",\s*", actors)
    }


async def test_the_database_holds_exactly_the_table(pool):
    rows = await pool.fetch("SELECT from_status, event, actor, to_status FROM legal_move")
    assert {tuple(row) for row in rows} == set(legal_moves())


def test_the_readme_draws_exactly_the_table():
    moves = drawn((ROOT / "README.md").read_text("utf-8"))
    ends = {move for move in moves if move[3] == "-"}
    assert moves - ends == set(legal_moves())


def test_a_move_stands_in_the_table_once():
    assert len(set(legal_moves())) == len(legal_moves())


def test_every_state_can_be_reached_and_has_an_end():
    reached, frontier = {Status.NONE}, {Status.NONE}
    while frontier:
        frontier = {to for source, _, _, to in TRANSITIONS if source in frontier} - reached
        reached |= frontier
    assert reached == set(Status)
    ends = {status for status in Status if all(row[0] is not status for row in TRANSITIONS)}
    assert ends == {Status.REFUNDED, Status.CLOSED}


def test_moves_that_follow_at_once_are_legal_and_lead_to_one_state():
    for status, event in AT_ONCE.items():
        assert len(targets(status, event, Actor.CLOCK)) == 1


def test_dates_are_held_from_the_link_until_the_end_of_the_stay():
    assert Status.PAYMENT_EXPIRED not in HOLDING and Status.CLOSED not in HOLDING
    waiting = {Status.REFUND_REQUIRED, Status.REFUND_INITIATED, Status.REFUNDED}
    assert not waiting & HOLDING
