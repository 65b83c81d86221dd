"""What an admin may write instead of tapping; every other text is a search."""

from flows.guest.words import plain
from flows.inbound import Inbound, What
from flows.owner.words import Wish

MARK = "a"  # the admin's own buttons and rows: a:<verb>:<rest>
COMMANDS: dict[str, tuple[str, ...]] = {
    "home": ("hi", "hii", "hello", "hey", "menu", "help", "home", "start", "admin", "नमस्ते"),
    "pending": ("pending", "waiting", "waiting requests", "requests"),
    "refunds": ("refunds", "refund", "open refunds"),
    "today": ("today", "arrivals", "aaj", "आज"),
    "tomorrow": ("tomorrow", "tomorrow's arrivals"),
    "weekend": ("weekend", "this weekend"),
    "people": ("people", "guests", "questions"),
    "close": ("close",),
    "health": ("health", "is it up"),
    "cost": ("cost", "costs"),
    "digest": ("digest", "summary"),
    "alerts": ("alerts", "alert", "act now"),
}
VERBS = {word: verb for verb, words in COMMANDS.items() for word in words}
# What the owner's desk does for an admin as well, at any place.
LENT = frozenset({"block", "free", "lift", "unblock", "pause", "resume", "language"})


def read(inbound: Inbound) -> Wish | None:
    """What a tap of the desk's own buttons or a command asks for; None: it is neither."""
    if inbound.what is What.TAP:
        mark, _, wish = inbound.payload.partition(":")
        verb, _, rest = wish.partition(":")
        return Wish(verb, rest) if mark == MARK else None
    if inbound.what is not What.TEXT or plain(inbound.text) not in VERBS:
        return None
    return Wish(VERBS[plain(inbound.text)])


def payload(verb: str, rest: str = "") -> str:
    """The id of one of the desk's buttons or rows."""
    return f"{MARK}:{verb}:{rest}" if rest else f"{MARK}:{verb}"
