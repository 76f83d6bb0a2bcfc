"""How long a server asks to be left alone, in each form that the header may have."""

from datetime import UTC, datetime

import pytest

from crosstrade_desk.readback.retry_after import asked_pause

NOW = datetime(2026, 11, 26, 15, 0, 0, tzinfo=UTC)
IN_12 = "Thu, 26 Nov 2026 15:00:12 GMT"
AN_HOUR_AHEAD = ("Thu, 26 Nov 2026 16:00:12 GMT", "Thu, 26 Nov 2026 16:00:00 GMT")


@pytest.mark.parametrize(
    ("retry", "told", "pause"),
    [
        ("7", None, 7),
        ("0.2", None, 1),
        ("0", None, None),
        ("-5", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
        (IN_12, None, 12),
        (IN_12, "Thu, 26 Nov 2026 15:00:02 GMT", 10),
        (*AN_HOUR_AHEAD, 12),
        ("Thu, 26 Nov 2026 14:59:00 GMT", None, None),
        (IN_12, "yesterday", 12),
        ("Thu, 26 Nov 2026 15:00:12 -0000", None, 12),
        ("Thu, 31 Feb 2026 15:00:12 GMT", None, None),
        ("Thu, 26 Nov 99999 15:00:12 GMT", None, None),
    ],
)
def test_a_pause_is_read_in_seconds_or_as_a_date_by_the_servers_own_clock(
    retry: str | None, told: str | None, pause: int | None
) -> None:
    assert asked_pause(retry, told, NOW) == pause
