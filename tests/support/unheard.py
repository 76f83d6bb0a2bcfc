"""Bodies of a 200 that no page of the reference shows, and whether each can be read all the same."""

import gzip
import json

_POSITION = {"account": "Sim101", "instrument": "MES 12-26", "marketPosition": "Long", "quantity": 2}


def _json(found: object) -> bytes:
    return json.dumps(found).encode()


READABLE: dict[str, bytes] = {  # a list of positions in spite of its form
    "numbers as text": _json({"positions": [_POSITION | {"quantity": "2", "averagePrice": "6410.25"}], "count": 1}),
    "a bare list": _json([_POSITION]),
    "a wrapped bare list": _json({"success": True, "data": [_POSITION]}),
    "two envelopes": _json({"success": True, "data": {"success": True, "data": {"positions": [_POSITION]}}}),
    "a mark of its encoding": b"\xef\xbb\xbf" + _json({"positions": [_POSITION]}),
    "unheard fields": _json({"positions": [_POSITION | {"tags": {"a": [1]}, "isNew": None}], "page": 1, "next": None}),
    "whole numbers with decimals": b'{"positions": [%s]}' % _json(_POSITION).replace(b"2}", b"2.0}"),
}
HALF: dict[str, bytes] = {  # a list of which a part could be read: it proves nothing to be flat
    "a member that is null": _json({"positions": [_POSITION, None], "count": 2}),
    "a member of another kind": _json({"positions": [_POSITION, "Sim102"], "count": 2}),
    "fewer than were counted": _json({"positions": [_POSITION], "count": 7}),
    "a count that is text": _json({"positions": [_POSITION], "count": "1"}),
}
UNREADABLE: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n ",
    "null": b"null",
    "a yes": b"true",
    "a text": b'"positions"',
    "a number": b"7",
    "a list that is null": _json({"success": True, "positions": None}),
    "an envelope that is null": _json({"success": True, "data": None}),
    "a list under another name": _json({"success": True, "items": [_POSITION]}),
    "an object for a list": _json({"positions": {"1": _POSITION}}),
    "half an object": b'{"positions": [',
    "a page": b"<!DOCTYPE html><html><body>Just a moment...</body></html>",
    "zipped": gzip.compress(_json({"positions": [_POSITION]})),
    "UTF-16": json.dumps({"positions": []}).encode("utf-16"),
    "bytes": b"\x80\x81\xff\x00",
    "a call": b'callback({"positions": []})',
    "two objects": b'{"positions": []}{"positions": []}',
    "deeper than anybody reads": b"[" * 100_000,
    "a number longer than any": b'{"positions": %s}' % (b"9" * 6000),
}
FAILING: dict[str, bytes] = {
    "no, in the inner envelope": _json({"success": True, "data": {"success": False, "error": "invalid_account"}}),
    "an error beside a list": _json({"positions": [_POSITION], "error": "partial"}),
}
EVERY = READABLE | HALF | UNREADABLE | FAILING
