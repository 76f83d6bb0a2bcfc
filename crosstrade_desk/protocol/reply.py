"""(status, body) -> what the answer says. Status and shape of the webhook's answers are not documented, so the reading
is careful: *no* only from an answer that says so, *yes* only from one that says yes, neither from one that says both.

Source: docs api/webhook-trading shows status and text only; shapes from the REST pages and field reports.
"""

import json
import re
from dataclasses import dataclass
from typing import Final

LONGEST_ANSWER: Final = 256 * 1024  # bytes; a longer answer is not read
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
    """Nothing can be concluded from it: no text, too long, yes and no at once, or a fault on the server's side."""

    why: str


@dataclass(frozen=True, slots=True)
class _Refusal(No):
    """A no by `success` itself, which counts even with some faults of the server."""


Reply = Yes | Silent | No | Unreadable

_STATUS_WORDS: Final = {
    400: "The server found the message faulty.",
    401: "The server did not accept the secret key: look at Connection.",
    403: "The server did not allow it: look at your key and your plan.",
    404: "The server does not know this webhook address: look at Connection.",
    408: "The NinjaTrader add-on is not connected to CrossTrade.",
    413: "The server found the message too long.",
    415: "The server takes no messages of this kind: look at the address in Connection.",
    429: "Too many messages: the server wants a pause.",
}
_OUR_WORDS_FIRST: Final = (401, 403, 404)  # what to do about these is known, whatever the server says to them
_MOVED: Final = (301, 307, 308)  # the other redirects are usual answers to a POST that was carried out
_OWN_FAULT: Final = (500, 501, 505)  # the other 5xx come from gateways, which do not know what the server did

_TOO_LONG: Final = "the answer is far too long to be CrossTrade's"
_BOTH: Final = "the answer says yes and no at once"
_NO_REASON: Final = "The server said no and gave no reason."
_NO_ERROR: Final = ("", "none", "null", "false", "0", "no error", "no errors")

# Applied to a text whose white space is single blanks: each runs in linear time.
_REFUSAL = re.compile(
    r"\b(?:errors?|reject(?:ed)?|block(?:ed)?|fail(?:ed|ure)?|denied|invalid|not found|forbidden|unauthorized"
    r"|not allowed)\b",
    re.IGNORECASE,
)
_NO_REFUSAL = re.compile(
    r"\b(?:no|not|0|zero|without(?: any)?) (?:errors?|reject(?:ed)?|block(?:ed)?|fail(?:ed|ures?)|denied|invalid)\b"
    r"|\b(?:errors?|rejected|blocked|failed|failures?|denied|invalid) ?[=: ] ?(?:0|none|null|false)(?= ?(?:[,;.&|)]|$))"
    r"|\berrors? ?= ?(?=[,;&]|$)",
    re.IGNORECASE,
)
_APPROVAL = re.compile(
    r"[{}]|\bsuccess|(?<!\bnot )(?<!\bnot be )(?<!\bnever )\b(?:placed|accepted|submitted|executed|filled|sent)\b",
    re.IGNORECASE,
)


class _Object(dict[str, object]):
    """A JSON object that remembers every name as it came, the repeated ones too."""

    def __init__(self, pairs: list[tuple[str, object]]) -> None:
        super().__init__(pairs)
        self.pairs = pairs


class _Broken:
    """Stands for the value of a text that is no JSON."""


def read_reply(status: int, body: bytes) -> Reply:
    """Says what a whole answer means. Never raises; the body is untrusted; a body over `LONGEST_ANSWER` is not read."""
    text = _text(body)
    found = _parsed(text)
    verdict = _from_object(found) if isinstance(found, _Object) else None
    if 200 <= status < 300:
        return _shown(verdict) if verdict else _from_success(body, text, found)
    if isinstance(verdict, Yes):
        return Unreadable(f"the answer says yes and its status ({status}) says no")
    if isinstance(verdict, Unreadable):
        return verdict
    return _from_status(status, text, verdict)


def _text(body: bytes) -> str | None:
    """The body without byte order mark and white space around it; None if it is no text or too long."""
    try:
        text = body.decode("utf-8-sig") if len(body) <= LONGEST_ANSWER else "\0"
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.strip("\ufeff \t\r\n\v\f\xa0")


def _parsed(text: str | None) -> object:
    try:
        return json.loads(text or "", object_pairs_hook=_Object)
    except (ValueError, RecursionError):
        return _Broken


def _from_success(body: bytes, text: str | None, found: object) -> Reply:
    """What a 2xx means that is no JSON object."""
    if text is None:
        return Unreadable(_TOO_LONG if len(body) > LONGEST_ANSWER else "the answer is no text")
    if found is _Broken or isinstance(found, str):
        return _from_text(found if isinstance(found, str) else text)
    return Unreadable("the answer is a list") if isinstance(found, list) and found else Silent()


def _from_text(text: str) -> Reply:
    line = " ".join(text.split())
    if line.startswith("<"):
        return Unreadable("the answer is a web page")
    if line.startswith(("{", "[")):
        return Unreadable("the answer is broken")
    if len(text) > _LONGEST_TEXT:
        return Unreadable(_TOO_LONG)
    if not _REFUSAL.search(_NO_REFUSAL.sub("", line)):
        return Silent()
    return Unreadable(_BOTH) if _APPROVAL.search(line) else No(text)


def _from_status(status: int, text: str | None, verdict: Reply | None) -> Reply:
    """What any other status means. `verdict` is what the JSON object says that came with it."""
    if 400 <= status < 500:
        reason = _STATUS_WORDS.get(status, f"The server refused it with status {status}.")
        said = verdict.reason if isinstance(verdict, No) else ""
        if said and status not in _OUR_WORDS_FIRST:
            return No(said)
        return No(f"{reason} It said: {said}" if said else f"{reason} {_plain(text)}".strip())
    if status in _MOVED:
        return No(f"The server sent a redirect ({status}) to another address. It was not followed.")
    if 300 <= status < 400:
        return Unreadable(f"the server sent a redirect ({status}), which may follow an order that was taken")
    if status in _OWN_FAULT and isinstance(verdict, _Refusal):
        return _shown(verdict)
    return Unreadable(f"the server reported a fault of its own (status {status})")


def _shown(verdict: Reply) -> Reply:
    return No(verdict.reason) if isinstance(verdict, _Refusal) else verdict


def _plain(text: str | None) -> str:
    """A short plain-text remark of the server; a page of HTML is none."""
    bare = text or ""
    return bare if len(bare) <= 300 and not bare.startswith(("<", "{", "[")) else ""


def _from_object(found: _Object) -> Reply:
    names = [name.casefold() for name, _ in found.pairs]
    if names.count("success") > 1 or names.count("error") > 1:
        return Unreadable(_BOTH)
    values = dict(zip(names, (value for _, value in found.pairs), strict=True))
    error = None if _is_no_error(values.get("error")) else values.get("error")
    match _truth(values.get("success")):
        case False:
            return _Refusal(_joined(error, values.get("detail")) or _NO_REASON)
        case True:
            return Yes(_joined(values.get("warning"))) if error is None else Unreadable(_BOTH)
        case None if not isinstance(error, str | list | dict):
            return Silent()
        case None:
            return Unreadable(_BOTH) if values.get("success") else No(_joined(error, values.get("detail")))


def _truth(value: object) -> bool | None:
    """What a value of `success` says; None if nothing."""
    if isinstance(value, bool | int | float):
        return bool(value) if value in (0, 1) else None
    word = value.strip().casefold() if isinstance(value, str) else ""
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(word)


def _is_no_error(value: object) -> bool:
    return value.strip().casefold() in _NO_ERROR if isinstance(value, str) else not value


def _joined(*parts: object) -> str:
    return ": ".join(part if isinstance(part, str) else _dumped(part) for part in parts if part)


def _dumped(part: object) -> str:
    try:
        return json.dumps(part)
    except (ValueError, RecursionError):
        return "…"
