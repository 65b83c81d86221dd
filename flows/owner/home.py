"""The owner's home: everything that the desk can do, in one list (facts/ux.md O12)."""

from flows.facts import Person
from flows.messages import Kind, Message, Row
from flows.notices import Writer
from flows.owner.reply import Reply

ROWS = (
    "waiting", "today", "week", "block", "unblock", "pause", "prices", "language", "human", "guest",
)  # fmt: skip


def home(waiting: int, write: Writer, reader: Person, lead: str = "") -> Reply:
    """The list of what an owner can do, with the number of requests that wait."""
    texts = write.texts(reader)
    hello = texts("owner.hello", n=waiting) if waiting else texts("owner.hello.none")
    name = texts("owner.hello.name", name=reader.name) if reader.name else ""
    rows = tuple(
        Row(f"h:{verb}", texts(f"owner.home.{verb}"), texts(f"owner.home.{verb}.more"))
        for verb in ROWS
    )
    body = " ".join(part for part in (lead or name, hello) if part)
    return Reply(Message(Kind.LIST, body, rows=rows, label=texts("owner.home.label")))
