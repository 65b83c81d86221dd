"""Two numbers with a sign between them, read by what stands beside: 25-27 dec, 25/12, 2.30 pm."""

from collections.abc import Iterable

from flows.dates.kinds import Kind, Token


def settled(cut: list[Token]) -> list[Token]:
    """Pairs like 25-27, 25/12 and 2.30 read by what stands beside them."""
    kinds = [token.kind for token in cut]
    if Kind.PAIR not in kinds:
        return cut
    result: list[Token] = []
    several = kinds.count(Kind.PAIR) + kinds.count(Kind.NUMERIC) > 1
    for at, token in enumerate(cut):
        if token.kind is Kind.PAIR:
            result += _pair(token, cut[at - 1] if at else None, _next(cut, at), several)
        else:
            result.append(token)
    return result


def _next(cut: list[Token], at: int) -> Token | None:
    ahead: Iterable[Token] = cut[at + 1 :]
    return next((token for token in ahead if token.kind is not Kind.FILLER), None)


def _pair(token: Token, before: Token | None, after: Token | None, several: bool) -> list[Token]:
    first, second = token.parts
    sign = next(c for c in token.word if c in "/.-")
    day_month = token._replace(kind=Kind.NUMERIC)
    if sign == "." and after and after.kind in {Kind.HALF, Kind.OCLOCK}:
        return [token._replace(kind=Kind.CLOCK)]
    if any(beside and beside.kind is Kind.MONTH for beside in (before, after)):
        return _apart(token, sign)
    if sign == "/":
        return [day_month]
    if sign == ".":
        return [_dotted(token)]
    if second > 12:
        return _apart(token, sign)
    return [day_month] if several or first > second else [token]


def _dotted(token: Token) -> Token:
    first, second = token.parts
    if len(token.word.split(".")[1]) < 2:  # 4.5 is a rating or a sum
        return token._replace(kind=Kind.UNKNOWN)
    as_time = second > 12 and first < 24 and second < 60
    return token._replace(kind=Kind.CLOCK if as_time else Kind.NUMERIC)


def _apart(token: Token, sign: str) -> list[Token]:
    """25-27 beside a month: two days and what joins them."""
    at = token.start + token.word.index(sign)
    (first, second), link = token.parts, Kind.TO if sign == "-" else Kind.COMMA
    return [
        Token(Kind.NUMBER, token.start, at, str(first), first),
        Token(link, at, at + 1, sign),
        Token(Kind.NUMBER, at + 1, token.end, str(second), second),
    ]
