"""Risk and reward of a bracket, in ticks and money, as far as the message itself tells them."""

import pytest

from crosstrade_desk.protocol.catalogue import SPECS
from crosstrade_desk.protocol.page import minimal
from crosstrade_desk.protocol.stakes import stakes
from support.catalogue import composed

LIMIT = {"order_type": "LIMIT", "limit_price": "6400.00"}


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (
            {**LIMIT, "take_profit": "6410", "stop_loss": "6395"},
            "Risk 20 ticks = 25.00 USD, reward 40 ticks = 50.00 USD",
        ),
        (
            {**LIMIT, "take_profit": "6410", "stop_loss": "6395", "qty": "2", "account": "A,B,C"},
            "Risk 20 ticks = 150.00 USD, reward 40 ticks = 300.00 USD, for 6 contracts",
        ),
        (
            {"action": "SELL", "take_profit": "-40 ticks", "stop_loss": "20 ticks"},
            "Risk 20 ticks = 25.00 USD, reward 40 ticks = 50.00 USD, from the fill",
        ),
        ({"stop_loss": "-1 tick"}, "Risk 1 tick = 1.25 USD, from the fill"),
        ({"take_profit": "2.5 points"}, "Reward 10 ticks = 12.50 USD, from the fill"),
        ({"stop_loss": "-250 dollars"}, "Risk 200 ticks = 250.00 USD, from the fill"),
        ({**LIMIT, "stop_loss": "-1%"}, "Risk 256 ticks = 320.00 USD, from the fill"),
        ({**LIMIT, "stop_loss_limit": "6390", "stop_loss_stop": "6395"}, "Risk 20 ticks = 25.00 USD"),
        (
            {"order_type": "STOPMARKET", "stop_price": "6400", "stop_loss": "6395"},
            "Risk 20 ticks = 25.00 USD",
        ),
        (
            {"order_type": "STOPLIMIT", "stop_price": "6400", "limit_price": "6410", "stop_loss": "6399.75"},
            "Risk 41 ticks = 51.25 USD",
        ),
        (
            {**LIMIT, "instrument": "FDAX 12-26", "limit_price": "24000", "stop_loss": "23990"},
            "Risk 10 ticks = 250.00 EUR",
        ),
        ({**LIMIT, "instrument": "ES 12-26", "stop_loss": "6000"}, "Risk 1600 ticks = 20,000.00 USD"),
    ],
)
def test_risk_and_reward_are_told_in_ticks_and_money(texts: dict[str, str], said: str) -> None:
    found = stakes(composed(SPECS["PLACE"], {**minimal(SPECS["PLACE"]), **texts}))
    assert found is not None
    assert found.text == said


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"take_profit": "6440", "stop_loss": "6390"},
        {"stop_loss": "-1%"},
        {"order_type": "LIMIT", "limit_price": "-8 ticks", "stop_loss": "6390"},
        {**LIMIT, "instrument": "AAPL", "stop_loss": "6390"},
        {**LIMIT, "instrument": "XYZ 12-26", "stop_loss": "6390"},
    ],
)
def test_what_depends_on_the_fill_or_on_an_unknown_contract_is_not_guessed(texts: dict[str, str]) -> None:
    assert stakes(composed(SPECS["PLACE"], {**minimal(SPECS["PLACE"]), **texts})) is None


@pytest.mark.parametrize("token", ["CANCELANDBRACKET", "FLATTEN", "CHANGE"])
def test_a_command_without_an_entry_has_none(token: str) -> None:
    assert stakes(composed(SPECS[token], minimal(SPECS[token]))) is None
