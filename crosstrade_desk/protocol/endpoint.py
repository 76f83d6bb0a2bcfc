"""The webhook address: where a message is posted. It is a credential too, so it shows without its path."""

import ipaddress
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from crosstrade_desk.protocol.problems import Invalid
from crosstrade_desk.protocol.secret import MASK

CROSSTRADE_HOST: Final = "app.crosstrade.io"
_PATH = re.compile(r"/v1/send/[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_-]{1,128}/?")
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9-]*[a-z][a-z0-9-]*")
_MISSING = "The webhook address is missing. Copy it from CrossTrade: it begins with https://app.crosstrade.io/v1/send/."


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A checked webhook address. `repr` and `shown` leave out the two secret path parts."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def url(self) -> str:
        return f"{self.origin}{self.path}"

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def shown(self) -> str:
        return f"{self.origin}/v1/send/{MASK}/{MASK}"

    @property
    def is_crosstrade(self) -> bool:
        return self.host == CROSSTRADE_HOST and self.port == 443

    @property
    def parts(self) -> tuple[str, str]:
        """The two secret path parts, for masking."""
        _, _, _, first, second = self.path.rstrip("/").split("/")
        return first, second


def parse_endpoint(text: str) -> Endpoint | Invalid:
    """Gives the webhook address in a pasted text. Plain http passes for the loopback interface only.

    The message of an `Invalid` never quotes the text. Source: docs api/webhook-trading (request URL).
    """
    bare = text.strip().strip("'\"<>").strip()
    if not bare:
        return Invalid(_MISSING)
    try:
        parts = urlsplit(bare)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return Invalid("This is not a web address. Copy the whole webhook address from CrossTrade.")
    wrong = _problem(parts.scheme.lower(), host, bare)
    if wrong:
        return Invalid(wrong)
    if parts.username or parts.password or parts.query or parts.fragment or not _PATH.fullmatch(parts.path):
        return Invalid(
            "A webhook address ends in /v1/send/ and two parts made of letters, digits, - and _, nothing more."
        )
    scheme = parts.scheme.lower()
    return Endpoint(scheme, host, port or {"https": 443, "http": 80}[scheme], parts.path.rstrip("/"))


def _problem(scheme: str, host: str, bare: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", bare):
        return "A webhook address holds no blanks, line breaks or special letters."
    if scheme not in ("https", "http") or not _is_host(host):
        return "A webhook address begins with https://. Copy the whole of it from CrossTrade."
    if scheme == "http" and not is_loopback(host):
        return "Plain http would show your key to the network. Use the https:// address."
    return ""


def _is_host(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return bool(_NAME.fullmatch(host))


def is_loopback(host: str) -> bool:
    """True for names and addresses that never leave this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
