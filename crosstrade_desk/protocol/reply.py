"""(status, body) -> what the answer says. Status and shape of the webhook's answers are not documented, so the reading
is careful: *no* only from an answer that says so, *yes* only from one that says yes.

Source: docs api/webhook-trading shows status and text only; shapes from the REST pages and field reports.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

_LONGEST_TEXT: Final = 65_536  # a longer answer that is no JSON is no answer of CrossTrade's


@dataclass(frozen=True, slots=True)
class Yes:
    """2xx and `success` is true. `warning` is the server's own remark, "" if none."""

    warning: str = ""


@dataclass(frozen=True, slots=True)
class Silent:
    """2xx with neither yes nor no."""


@dataclass(frozen=True, slots=True)
class No:
    """The answer says no. `reason` is the server's text, or a sentence made from the status."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nothing can be concluded from it: binary, too long, or a server fault that says nothing of the order."""

    why: str


Reply = Yes | Silent | No | Unreadable

_STATUS_WORDS: Final = {
    400: "The server found the message faulty.",
    401: "The server did not accept the secret key.",
    403: "The server did not allow it: look at your key and your plan.",
    404: "The server does not know this webhook address.",
    408: "The NinjaTrader add-on is not connected to CrossTrade.",
    413: "The server found the message too long.",
    415: "The server did not accept the content type.",
    429: "Too many messages: the server wants a pause.",
}

# The words that mark a refusal inside a 2xx text, unless they are denied: "no error", "0 errors", "without error".
_REFUSAL = re.compile(
    r"(?<!\bno )(?<!\b0 )(?<!\bwithout )\b(errors?|reject(ed)?|block(ed)?|fail(ed|ure)?|denied|invalid|not found)\b",
    re.IGNORECASE,
)


def read_reply(status: int, body: bytes) -> Reply:
    """Says what a whole answer means. Never raises; the body is untrusted."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    verdict = _from_json(text) if text is not None else None
    if 200 <= status < 300:
        return _from_success(text, verdict)
    match verdict:
        case No():
            return verdict
        case Yes():
            return Unreadable(f"the answer says yes and its status ({status}) says no")
        case _:
            return _from_status(status, text)


def _from_success(text: str | None, verdict: Reply | None) -> Reply:
    if text is None:
        return Unreadable("the answer is no text")
    if verdict is not None:
        return verdict
    if len(text) > _LONGEST_TEXT:
        return Unreadable("the answer is far too long to be CrossTrade's")
    return No(text.strip()) if _REFUSAL.search(text) else Silent()


def _from_status(status: int, text: str | None) -> Reply:
    if 300 <= status < 400:
        return No(f"The server sent a redirect ({status}) to another address. It was not followed.")
    if 400 <= status < 500:
        reason = _STATUS_WORDS.get(status, f"The server refused it with status {status}.")
        return No(f"{reason} {_plain(text)}".strip())
    return Unreadable(f"the server reported a fault of its own (status {status})")


def _plain(text: str | None) -> str:
    """A short plain-text remark of the server; a page of HTML is none."""
    bare = (text or "").strip()
    return bare if 0 < len(bare) <= 300 and not bare.startswith(("<", "{", "[")) else ""


def _from_json(text: str) -> Reply | None:
    """The verdict of a JSON answer; None if it is no JSON object or holds neither `success` nor `error`."""
    try:
        found = json.loads(text)
        return _from_object(found) if isinstance(found, dict) else None
    except (ValueError, RecursionError):
        return None


def _from_object(found: dict[str, object]) -> Reply | None:
    error, success = found.get("error"), str(found.get("success")).lower()
    if error or success in ("false", "0", "no"):
        return No(_joined(error, found.get("detail")) or "The server said no and gave no reason.")
    return Yes(_joined(found.get("warning"))) if success in ("true", "1", "yes") else None


def _joined(*parts: object) -> str:
    return ": ".join(part if isinstance(part, str) else json.dumps(part) for part in parts if part)
