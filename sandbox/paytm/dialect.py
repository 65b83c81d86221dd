"""What only a real merchant id could settle, as switches (facts/paytm.md 11, the 14 questions)."""

from dataclasses import asdict, dataclass, fields
from typing import Any

REPEATS = ("second", "refused", "replayed")


@dataclass(frozen=True, slots=True)
class Dialect:
    """The defaults are the least helpful Paytm that the facts allow."""

    repeated_request: str = "second"  # a known merchantRequestId: second link, refused, replayed
    sign_create: bool = False  # head.signature on /link/create
    own_order_id: bool = False  # linkOrderId becomes ORDERID of a single-payment link
    amount_as_number: bool = False  # txnAmount of fetchTransaction: 1.0 instead of "1.00"
    link_id_as_text: bool = False  # linkId of answers: "31309" instead of 31309
    txn_prefix: bool = False  # orderStatus TXN_SUCCESS instead of SUCCESS
    honours_limit: bool = True  # singleTransactionOnly and maxPaymentsAllowed are obeyed
    null_text: bool = False  # blank callback fields say "null"
    extra_field: bool = False  # callbacks carry a field that nobody has documented

    def changed(self, wanted: dict[str, Any]) -> "Dialect":
        """A dialect with these switches moved. Raises ValueError naming a wrong one."""
        kinds = {field.name: type(field.default) for field in fields(self)}
        for name, value in wanted.items():
            if name not in kinds or type(value) is not kinds[name]:
                raise ValueError(f"unknown or wrong switch: {name}")
        if wanted.get("repeated_request", "second") not in REPEATS:
            raise ValueError(f"repeated_request is one of {', '.join(REPEATS)}")
        return Dialect(**{**asdict(self), **wanted})
