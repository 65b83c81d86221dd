"""Every log call of the code: a fixed event, and fields that can hold nothing personal."""

import ast

from tests.contracts.source import nodes, text_of, trees

# Ids, codes, counts, and phrases of our own. A new field is added here by somebody who has thought.
FIELDS = {
    "actor", "booking", "bytes", "calendar", "code", "exc_info", "fate", "field", "intent", "links", "loop", "message", "messages",
    "move", "rows", "state", "states", "trace", "traces", "why",
}  # fmt: skip
LIBRARY = {"library", "severity"}
# Names whose values come from people: none may be read inside a log call.
PERSONAL = {
    "admin_phone", "body", "callback_secret", "detail", "guest", "guest_name", "guest_phone",
    "headers", "inbound", "link_url", "name", "owner_phone", "path", "payload", "person", "phone",
    "query", "secret", "sender", "text", "title", "token", "user_id", "values", "wamid", "words",
}  # fmt: skip
LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}


def log_calls():
    for path, node in nodes():
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in LEVELS
            and isinstance(node.func.value, ast.Call)
        ):
            yield path, node


def read_inside(node: ast.AST) -> set[str]:
    """Everything that an expression reads, but for what it only measures."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        return set()
    named = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    named |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return named | {
        each.slice.value
        for each in ast.walk(node)
        if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant)
    }


def test_there_are_log_calls_to_look_at():
    assert len(list(log_calls())) > 20


def test_every_event_is_a_fixed_word():
    for path, call in log_calls():
        assert len(call.args) == 1, (path, call.lineno)
        event = call.args[0]
        assert isinstance(event, ast.Constant), (path, call.lineno)
        assert text_of(event).replace("_", "").islower(), (path, call.lineno)


def test_no_field_can_hold_anything_personal():
    for path, call in log_calls():
        for each in call.keywords:
            allowed = FIELDS | (LIBRARY if path == "bot/log.py" else set())
            assert each.arg in allowed or (each.arg is None and path == "bot/log.py"), (
                path, call.lineno, each.arg,
            )  # fmt: skip
            if path != "bot/log.py":  # where a library's name is all that is told
                assert not read_inside(each.value) & PERSONAL, (path, call.lineno)


def test_the_rule_sees_a_phone():
    call = ast.parse("log.get().info('paid', why=person.phone)").body[0].value
    assert read_inside(call.keywords[0].value) & PERSONAL


def test_only_commands_print():
    for path, node in nodes("flows", "db", "payments", "tickets"):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "print" or path == "run.py", (path, node.lineno)


def test_only_one_module_logs_through_the_standard_library():
    """Elsewhere a library's logger may be made quieter, and nothing else."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="logging"), attr=called)) if (
                    path != "bot/log.py"
                ):
                    assert called == "getLogger", (path, node.lineno)
                case ast.Call(
                    func=ast.Attribute(
                        value=ast.Call(func=ast.Attribute(value=ast.Name(id="logging"))), attr=used
                    )
                ):
                    assert used == "setLevel" or path == "bot/log.py", (path, node.lineno)
