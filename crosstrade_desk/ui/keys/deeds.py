"""What each action does in this window: the other half of `desk/actions.py`."""

from collections.abc import Callable, Mapping

from crosstrade_desk.desk.actions import MOST_QUANTITIES
from crosstrade_desk.desk.desk import Desk
from crosstrade_desk.ui.ask_bar import AskBar
from crosstrade_desk.ui.keys.deck import Deed
from crosstrade_desk.ui.ticket.form import Form
from crosstrade_desk.ui.ticket.ticket import Ticket

_PRICES = ("limit_price", "stop_price", "take_profit", "stop_loss")


def deeds(desk: Desk, ticket: Ticket, ask: AskBar, windows: Mapping[str, Callable[[], None]]) -> dict[str, Deed]:
    """Action id -> its deed. `windows`: those of the main window itself."""
    exits, form = ticket.exits, ticket.form
    found = {
        "flatten": Deed(exits.flatten, exits.would_flatten),
        "cancel": Deed(exits.cancel, exits.would_cancel),
        "everything": Deed(exits.everything_button.press_by_key, lambda: "Flatten everything, in every account."),
        "panic": Deed(exits.panic_button.press_by_key, lambda: "Cancel all, flatten all, then block everything."),
        "send": Deed(ticket.send, lambda: ticket.send_button.words.replace("\n", ": ")),
        "yes": Deed(ask.answer_yes, lambda: f"Yes to: {ask.question.text()}" if ask.is_asking else "Nothing is asked."),
        "no": _plain(ask.drop),
        "disarm": _plain(desk.switch.off),
        "undo": _plain(ticket.undo_fill),
        "go command": _plain(ticket.command.setFocus),
        "go price": _plain(lambda: form.go_to(*_PRICES)),
    }
    found |= {f"go {name}": _plain(lambda name=name: form.go_to(name)) for name in ("account", "instrument", "qty")}
    found |= {side: _plain(lambda side=side: form.put("action", side.upper())) for side in ("buy", "sell")}
    numbers = range(1, MOST_QUANTITIES + 1)
    found |= {f"quantity {number}": _quick(form, number) for number in numbers}
    return found | {name: _plain(show) for name, show in windows.items()}


def _quick(form: Form, number: int) -> Deed:
    return Deed(lambda: form.put_quick(number), lambda: "", lambda: form.has_quick(number))


def _plain(run: Callable[..., object]) -> Deed:
    """One that sends nothing, so that nobody needs to rehearse it."""
    return Deed(run, lambda: "")
