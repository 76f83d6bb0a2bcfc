"""From posted bytes to an answer: the order of the checks, and what each of them says."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from crosstrade_desk.practice.exchange import Exchange
from crosstrade_desk.practice.operations import OPERATIONS
from crosstrade_desk.practice.webhook import Answer
from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.reply import No, Reply, Yes, read_reply
from support.post import KEY, Post

ORDER = "command=PLACE; account=Sim105; instrument=MES 03-25; action=BUY; qty=1; order_type=MARKET; tif=DAY;"
OK = {"success": True}


@pytest.fixture
def post(exchange: Exchange, start: datetime) -> Post:
    return Post(exchange, start)


def test_there_is_an_operation_for_every_command_of_the_catalogue() -> None:
    assert set(OPERATIONS) == {token for token, spec in SPECS.items() if not spec.control}


def test_an_accepted_order_is_answered_with_success_alone(post: Post) -> None:
    assert post(ORDER) == Answer(
        200,
        OK,
        (
            "Buy 1 MES 03-25 at market on Sim105, good for the day",
            "accepted",
            "order 1 Sim105 MES 03-25: BUY 1 MARKET DAY placed",
            "order 1 Sim105 MES 03-25: bought 1 at 100.00, now long 1 at 100.00",
        ),
    )
    assert post.held() == {"Sim105": 1}


@pytest.mark.parametrize(
    "text",
    [
        "\n  command=place;\n\taccount=sim105;\r\n INSTRUMENT=mes 03-25;action=buy;qty=1; order_type=Market;TIF=day;\n",
        ORDER.replace(" ", "").replace("MES03-25", "MES 03-25"),
    ],
)
def test_white_space_and_case_do_not_matter(post: Post, text: str) -> None:
    assert post(text).json_body == OK
    assert post.held() == {"Sim105": 1}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26;", {"Sim102": -2}),
        ("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; quantity=1;", {"Sim101": 3, "Sim102": -2}),
        ("command=CLOSEPOSITION; account=Sim101; instrument=MES 12-26; percent=0.3;", {"Sim101": 2, "Sim102": -2}),
        ("command=CLOSEPOSITION; account=Sim101,Sim102; instrument=MES1!;", {}),
        ("command=FLATTEN;", {}),
        ("command=FLATTEN; account=Sim102;", {"Sim101": 4}),
        ("command=FLATTEN; account=Sim101,Sim102;", {}),
        ("command=FLATTEN; market_position=short;", {"Sim101": 4}),
        ("command=FLATTEN; market_position=LONG; instrument=MES 12-26;", {"Sim102": -2}),
        ("command=FLATTEN; instrument=ES 12-26;", {"Sim101": 4, "Sim102": -2}),
        ("command=FLATTENEVERYTHING;", {}),
        ("command=CANCELALLORDERS;", {"Sim101": 4, "Sim102": -2}),
    ],
)
def test_every_exit_does_what_its_name_says(post: Post, text: str, left: dict[str, int]) -> None:
    post("command=PLACE; account=Sim101; instrument=MES 12-26; action=BUY; qty=4; order_type=MARKET; tif=DAY;")
    post("command=PLACE; account=Sim102; instrument=MES 12-26; action=SELL; qty=2; order_type=MARKET; tif=DAY;")
    answer = post(text)
    nothing = {"warning": "nothing to do"} if left == {"Sim101": 4, "Sim102": -2} else {}
    assert (answer.status, answer.json_body) == (200, OK | nothing)
    assert post.held() == left


@pytest.mark.parametrize(
    ("fields", "terms"),
    [
        ("order_type=LIMIT; limit_price=90.25; tif=GTC;", "BUY 1 LIMIT limit 90.25 GTC"),
        ("order_type=STOPMARKET; stop_price=110.50; tif=DAY;", "BUY 1 STOPMARKET stop 110.50 DAY"),
        (
            "order_type=STOPLIMIT; stop_price=110.50; limit_price=111; tif=GTC;",
            "BUY 1 STOPLIMIT stop 110.50 limit 111 GTC",
        ),
    ],
)
def test_every_order_type_works_with_its_prices(post: Post, fields: str, terms: str) -> None:
    answer = post(f"command=PLACE; account=Sim101; instrument=MES 12-26; action=BUY; qty=1; {fields}")
    assert answer.json_body == OK
    assert [order.terms.text for order in post.exchange.orders] == [terms]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "Text/Plain", "text/plain; charset=utf-8", 'text/plain;charset="UTF-8"']
)
def test_plain_text_is_taken(post: Post, content_type: str) -> None:
    assert post(ORDER, content_type=content_type).status == 200


@pytest.mark.parametrize(
    "content_type",
    [None, "", "application/json", "application/x-www-form-urlencoded", "text/plain; charset=utf-16", "text/plainer"],
)
def test_another_content_type_is_refused_before_anything_is_read(post: Post, content_type: str | None) -> None:
    answer = post.raw(b"\xff", content_type)
    assert answer.status == 415
    assert "text/plain" in str(answer.json_body["error"])


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (400, ORDER.replace("qty=1;", ""), "Check message format, missing required field: QTY"),
        (400, ORDER.replace("qty=1;", "qty=;"), "Check message format, missing required field: QTY"),
        (400, ORDER.replace("tif=DAY;", ""), "Check message format, missing required field: TIF"),
        (400, ORDER.replace("account=Sim105;", ""), "Check message format, missing required field: ACCOUNT"),
        (
            400,
            ORDER.replace("=MARKET", "=LIMIT"),
            "Check message format, missing required field: LIMIT_PRICE",
        ),
        (400, "", "Check message format, missing required field: COMMAND"),
        (400, "account=Sim101;", "Check message format, missing required field: COMMAND"),
        (
            400,
            ORDER.replace("qty=1;", "").replace("=DAY", "=FOK"),
            "Check message format, missing required field: QTY. tif: Choose DAY or GTC",
        ),
        (200, ORDER.replace("Sim105", "Sim999"), "Account 'Sim999' not found"),
        (200, ORDER.replace("MES 03-25", "AAPL"), "Instrument 'AAPL' not found"),
        (200, ORDER.replace("MES 03-25", "MNQ"), "Instrument 'MNQ' not found"),
        (200, ORDER.replace("MES 03-25", "{{ticker}}"), "Instrument '{{ticker}}' not found"),
        (
            200,
            "command=CLOSEPOSITION; account=Sim101; instrument=MESZ6;",
            "No positions found for instrument 'MESZ6'",
        ),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(post: Post, status: int, text: str, error: str) -> None:
    answer = post(text)
    assert (answer.status, answer.json_body) == (status, {"success": False, "error": error})
    assert (post.exchange.positions, post.exchange.orders) == ((), ())


@pytest.mark.parametrize(
    "text",
    [
        "command=SELL_ALL;",
        ORDER.replace("qty=1", "qty=0"),
        ORDER.replace("qty=1", "qty=1.5"),
        ORDER + " qty=2;",
        ORDER + " key=the-right-key-1;",
        ORDER.removesuffix(";"),
        "nonsense",
    ],
)
def test_a_faulty_message_is_a_bad_request(post: Post, text: str) -> None:
    answer = post(text)
    assert (answer.status, answer.json_body["success"]) == (400, False)
    assert post.exchange.positions == ()


@pytest.mark.parametrize(
    "body", [ORDER, f"key=wrong-key;{ORDER}", f"key=;{ORDER}", "", "garbage", "key=wrong-key; command=NONE;"]
)
def test_without_the_right_key_nothing_else_is_told(post: Post, body: str) -> None:
    answer = post.raw(body.encode())
    assert answer == Answer(
        401,
        {"success": False, "error": "The secret key is missing or wrong"},
        ("refused with 401: The secret key is missing or wrong",),
    )
    assert post.exchange.positions == ()


def test_bytes_that_are_no_text_are_a_bad_request(post: Post) -> None:
    assert post.raw(b"\xff\xfe").status == 400


def test_each_account_gets_the_whole_order(post: Post) -> None:
    assert post(ORDER.replace("Sim105", "Sim101,sim102")).json_body == OK
    assert post.held() == {"Sim101": 1, "Sim102": 1}


def test_a_failing_account_stops_no_other_and_is_named(post: Post) -> None:
    answer = post(ORDER.replace("Sim105", "Sim101,Nobody,Sim102"))
    assert answer.json_body == {
        "success": False,
        "error": "Nobody: Account 'Nobody' not found; carried out for Sim101, Sim102",
    }
    assert post.held() == {"Sim101": 1, "Sim102": 1}


def test_every_failing_account_is_named(post: Post) -> None:
    answer = post("command=CLOSEPOSITION; account=Sim101,Sim102; instrument=ES1!;")
    assert answer.json_body["error"] == (
        "Sim101: No positions found for instrument 'ES1!'; Sim102: No positions found for instrument 'ES1!'"
    )


def test_the_ticket_reads_every_answer_as_it_is_meant(post: Post) -> None:
    def read_by_ticket(answer: Answer) -> Reply:
        return read_reply(answer.status, json.dumps(answer.json_body).encode())

    assert read_by_ticket(post(ORDER)) == Yes()
    assert read_by_ticket(post(ORDER.replace("Sim105", "X"))) == No("Account 'X' not found")
    strict = Post(post.exchange, post.now, refusal_status=422)
    assert read_by_ticket(strict(ORDER.replace("Sim105", "X"))) == No("Account 'X' not found")
    assert read_by_ticket(post.raw(b"")) == No(
        "The server did not accept the secret key: look at Connection. It said: The secret key is missing or wrong"
    )


def test_a_flood_of_faults_is_cut_short(post: Post) -> None:
    answer = post("nonsense;" * 5000)
    assert len(str(answer.json_body["error"])) <= 600
    assert all(len(part) <= 600 for part in answer.log)


def test_the_status_of_a_refusal_can_be_another(post: Post) -> None:
    strict = Post(post.exchange, post.now, refusal_status=422)
    assert strict(ORDER.replace("Sim105", "Sim999")).status == 422
    assert strict(ORDER).status == 200
    strict("kill_switch=on;")
    assert strict(ORDER).status == 422


def test_qty_is_understood_when_closing_and_warned_about(post: Post) -> None:
    post(ORDER.replace("qty=1", "qty=3"))
    answer = post("command=CLOSEPOSITION; account=Sim105; instrument=MES 03-25; QTY = 1;")
    assert answer.json_body == {"success": True, "warning": "qty is read as quantity here: write quantity"}
    assert post.held() == {"Sim105": 2}


def test_what_the_price_reached_in_the_meantime_comes_first(post: Post, tape: Any) -> None:
    tape.prices = ["100.00", "89.00"]
    post(ORDER.replace("=MARKET", "=LIMIT; limit_price=90"))
    post.now += timedelta(seconds=5)
    answer = post("command=CLOSEPOSITION; account=Sim105; instrument=MES 03-25;")
    assert answer.json_body == OK
    assert answer.log[0] == "order 1 Sim105 MES 03-25: bought 1 at 90, now long 1 at 90"
    assert post.exchange.positions[0].realised == Decimal(-5)


@pytest.mark.parametrize(
    "text",
    [
        ORDER,
        ORDER.replace("Sim105", KEY.reveal()),
        ORDER.replace("DAY", KEY.reveal()),
        f"command={KEY.reveal()};",
        f"{KEY.reveal()};",
        f"{KEY.reveal()}=1;" + ORDER,
        ORDER + f" key={KEY.reveal()};",
        ORDER.replace("Sim105", f"Sim1\n{KEY.reveal()}\x1b[2J"),
    ],
)
def test_neither_answer_nor_log_ever_holds_the_key_or_a_control_character(post: Post, text: str) -> None:
    answer = post(text)
    said = "".join([*answer.log, *map(str, answer.json_body.values())])
    assert KEY.reveal() not in said
    assert KEY.reveal().upper() not in said
    assert said.isprintable()
