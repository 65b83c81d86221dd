"""The protections, each taken away by one small change, and the test that must notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutation:
    """One change of one file: `old` stands there exactly once and becomes `new`."""

    name: str
    file: str
    old: str
    new: str
    test: str  # the one test that must fail


FIRST, QUERIES, SENDER = "db/migrations/0001_first.sql", "db/queries.sql", "bot/queue/sender.py"
OUTBOX, SETTLING = "tests/db/test_outbox.py::test_", "tests/payments/test_settling.py::test_"
WEBHOOK, MOVES = "tests/bot/test_webhook.py::test_", "tests/db/test_transitions.py::test_"
SHORT = "tests/bot/test_short_page.py::test_"
SENDING, UNITS = "tests/bot/test_sender.py::test_", "tests/db/test_occupancy.py::test_"

DATABASE = (
    Mutation(
        "no exclusion constraint", FIRST,
        "CONSTRAINT occupancy_never_twice EXCLUDE USING gist (\n"
        "        property_id WITH =, unit WITH =, stay WITH &&\n    )",
        "CONSTRAINT occupancy_never_twice CHECK (unit > 0)",
        UNITS + "the_database_alone_lets_one_of_two_hundred_win",
    ),
    Mutation(
        "several in flight in one lane", FIRST,
        "CREATE UNIQUE INDEX message_one_in_flight", "CREATE INDEX message_one_in_flight",
        OUTBOX + "the_database_itself_allows_one_in_flight",
    ),
    Mutation(
        "several unpaid holds of one guest", FIRST,
        "CREATE UNIQUE INDEX checkout_one_hold", "CREATE INDEX checkout_one_hold",
        UNITS + "one_guest_holds_one_unpaid_checkout",
    ),
    Mutation(
        "illegal moves are stored", FIRST,
        "FOREIGN KEY (from_status, event, actor, to_status) REFERENCES legal_move",
        "CHECK (seq > 0)", MOVES + "the_database_refuses_every_illegal_move_by_itself",
    ),
    Mutation(
        "a status without its event", FIRST,
        "IF NEW.status IS DISTINCT FROM coalesce((", "IF false AND NEW.status <> coalesce((",
        MOVES + "a_status_without_its_event_is_refused",
    ),
    Mutation(
        "no lock on the booking", QUERIES,
        "SELECT booking_id FROM checkout WHERE booking_id = $1 FOR NO KEY UPDATE;",
        "SELECT booking_id FROM checkout WHERE booking_id = $1;",
        MOVES + "two_answers_at_once_move_once",
    ),
    Mutation(
        "no fencing by the lease", QUERIES,
        "(lease = $2 AND state = 'sending' OR state = 'sent' AND form IS NULL)",
        "($2::uuid IS NOT NULL AND state = 'sending' OR state = 'sent' AND form IS NULL)",
        OUTBOX + "a_stale_worker_can_do_nothing_to_a_row",
    ),
    Mutation(
        "the attempt is not counted when it begins", QUERIES,
        "SET state = 'sending', attempts = attempts + 1, lease = $3",
        "SET state = 'sending', lease = $3", OUTBOX + "the_attempt_is_counted_when_it_begins",
    ),
    Mutation(
        "the lane's order is not kept", QUERIES,
        "OR (p.id < o.id AND (p.run_at <= $1", "OR (p.id < 0 AND (p.run_at <= $1",
        OUTBOX + "a_message_that_is_tried_again_later_keeps_its_place",
    ),
    Mutation(
        "a swept message waits for no proof", QUERIES,
        "lease_until + $2::interval < clock_timestamp()",
        "lease_until + $2::interval * 0 < clock_timestamp()",
        OUTBOX + "a_message_in_flight_waits_for_its_proof_and_a_job_does_not",
    ),
    Mutation(
        "swept while its proof waits unread", QUERIES,
        "WHERE i.kind = 'status' AND i.state = 'ready' AND i.run_at <= $1) END",
        "WHERE i.kind = 'nothing' AND i.state = 'ready' AND i.run_at <= $1) END",
        OUTBOX + "a_message_is_not_freed_while_a_status_waits_unread",
    ),
    Mutation(
        "statuses go back", QUERIES,
        "           > array_position(", "           <> array_position(",
        "tests/db/test_status_fold.py::test_any_order_and_repetition_ends_in_the_same_place",
    ),
    Mutation(
        "an ended hold keeps its dates", "db/door.py",
        "if before.status in HOLDING and to not in HOLDING:", "if False:",
        UNITS + "a_lapsed_hold_frees_its_units",
    ),
)  # fmt: skip

EDGES = (
    Mutation(
        "no signature check", "bot/web/webhook.py",
        "return is_genuine(body, signature, self._service.config.app_secrets)",
        "return signature is not None",
        WEBHOOK + "a_forged_delivery_is_401_and_leaves_nothing",
    ),
    Mutation(
        "answered before the commit", "bot/web/webhook.py",
        "                await self._service.intake.take(events)\n",
        "                __import__('asyncio').ensure_future(self._service.intake.take(events))\n",
        "tests/bot/test_database_away.py::"
        "test_a_delivery_is_503_at_once_and_stored_when_it_comes_again",
    ),
    Mutation(
        "a failure is folded like a step", "bot/queue/intake.py",
        "if report is None or not report.only_moves:", "if report is None:",
        "tests/bot/test_statuses.py::test_a_step_forward_is_folded_before_it_is_answered",
    ),
    Mutation(
        "answered before what the same person wrote first", "bot/queue/at_once.py",
        "and event.lane not in taken and", "and",
        "tests/bot/test_at_once.py::"
        "test_what_acts_waits_for_the_inbox_and_the_next_words_wait_behind_it",
    ),
    Mutation(
        "the body's hash is the key", "bot/whatsapp/split.py",
        "events.setdefault(event.id, event)",
        "events.setdefault(event.id, Single(_hash(body.hex()) + event.id, event.kind,"
        " event.lane, event.body))",
        WEBHOOK + "the_same_message_in_other_bytes_is_one_event",
    ),
    Mutation(
        "anybody may answer for the owner", "bot/desks/answers.py",
        "    actor = authority(service, person, booking)\n    if",
        "    actor = authority(service, person, booking) or Actor.OWNER\n    if",
        "tests/journeys/test_booking.py::test_only_the_owner_or_an_admin_may_answer",
    ),
    Mutation(
        "no look at the 24-hour window", SENDER,
        "is_open = open_until is not None and service.clock.now() < open_until", "is_open = True",
        SENDING + "the_window_decides_between_free_form_and_template",
    ),
    Mutation(
        "a sender that woke too late sends", SENDER,
        "if time.monotonic() > claim.give_up_at:", "if False:",
        SENDING + "a_sender_that_woke_too_late_sends_nothing",
    ),
    Mutation(
        "a lost answer is tried again at once", "bot/whatsapp/client.py",
        "raise Refusal(Fate.UNKNOWN, -1, type(error).__name__)",
        "raise Refusal(Fate.RETRY, -1, type(error).__name__)",
        SENDING + "a_lost_answer_is_never_sent_twice_when_its_status_comes",
    ),
    Mutation(
        "grace 0", "bot/config.py",
        "return max(timedelta(), timedelta(seconds=self.send_proof_seconds) - self.lease)",
        "return timedelta()", "tests/bot/test_config.py::test_the_proof_time_covers_the_lease",
    ),
    Mutation(
        "pages past the gate", "bot/web/short_page.py",
        "return self._gate.admit(peer, asked.forwarded)", "return peer",
        SHORT + "pages_are_counted_by_address_and_refused_as_the_gate_refuses",
    ),
    Mutation(
        "a wrong link counts twice", "bot/web/short_way.py",
        "        self._lines.page.take_back(client)\n", "", SHORT + "a_wrong_link_is_counted_once",
    ),
    Mutation(
        "a dead ticket's page", "tickets/routes.py",
        "if ticket is None or standing(ticket, self.now(), self.grace) is not Standing.LIVE:",
        "if ticket is None:",
        SHORT + "a_cancelled_booking_is_gone_on_a_line_that_has_shown_it",
    ),
)  # fmt: skip

MONEY = (
    Mutation(
        "the callback is believed", "payments/callback.py",
        '            await _ring(desk, row["booking_id"], what)\n',
        "            from payments.outcomes import Txn, TxnState\n"
        "            from payments.settle import settle\n"
        "            async with transaction(desk.pool) as connection:\n"
        '                await settle(desk, connection, str(row["booking_id"]), str(row["link_id"]),\n'
        "                    Txn(hint.txn_id, hint.order_id, round(float(hint.amount) * 100),\n"
        '                        TxnState.SUCCESS, "01", None))\n',
        "tests/bot/test_callback.py::test_a_good_callback_asks_paytm_and_changes_nothing_itself",
    ),
    Mutation(
        "no checksum of the callback", "payments/callback_form.py",
        '    _require(verify_form(key, fields), "a wrong checksum")\n', "",
        "tests/payments/test_callback_form.py::test_an_altered_value_is_refused",
    ),
    Mutation(
        "a callback about another link", "payments/callback.py",
        'if hint.link_id is not None and hint.link_id != row["link_id"]:', "if False:",
        "tests/bot/test_callback.py::test_the_secret_of_one_booking_is_not_the_key_to_another",
    ),
    Mutation(
        "no look at amount and currency", "payments/settle.py",
        'if txn.amount != booking.advance or txn.currency != "INR":', "if False:",
        SETTLING + "another_amount_or_currency_is_kept_and_never_confirms",
    ),
    Mutation(
        "a payment settles twice", "payments/settle.py",
        "    if new is None:\n", "    if False:\n",
        "tests/journeys/test_invariants.py::"
        "test_they_hold_after_a_confirmed_stay_a_refund_and_a_late_payment",
    ),
    Mutation(
        "a second payment books as well", "payments/settle.py",
        'return "booking" if booking.status in UNPAID and twin is None else "surplus"',
        'return "booking"',
        "tests/journeys/test_payment.py::test_paying_twice_gives_the_second_payment_back",
    ),
    Mutation(
        "each call makes a new refund id", "payments/refunds.py",
        'ref_id=row["ref_id"], amount=row["amount"]\n', 'ref_id=new_ref_id(), amount=row["amount"]\n',
        "tests/journeys/test_invariants.py::"
        "test_they_hold_after_a_confirmed_stay_a_refund_and_a_late_payment",
    ),
    Mutation(
        "an extended hold lapses", "bot/queue/timers.py",
        "if booking.hold_until > now:", "if False:",
        "tests/journeys/test_payment.py::test_a_pending_payment_is_told_once_and_holds_the_dates",
    ),
)  # fmt: skip

RESTORING = "tests/journeys/test_restore.py::test_"

RESTORED = (
    Mutation(
        "a held booking speaks", QUERIES,
        "       AND NOT EXISTS (SELECT 1 FROM held h WHERE h.booking_id = o.booking_id)\n", "",
        RESTORING + "what_went_out_since_the_backup_goes_out_once",
    ),
    Mutation(
        "old numbers mean something new", QUERIES,
        "coalesce(last_value, 0) + 1000000)", "coalesce(last_value, 1))",
        RESTORING + "half_of_an_advance_goes_back_once_although_the_copy_forgot_it",
    ),
    Mutation(
        "a forgotten refund is made again", "payments/refunds.py",
        "    beyond = await forgotten(desk, row)\n", "    beyond = 0\n",
        RESTORING + "half_of_an_advance_goes_back_once_although_the_copy_forgot_it",
    ),
)  # fmt: skip

MUTATIONS = DATABASE + EDGES + MONEY + RESTORED
