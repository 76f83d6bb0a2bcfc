"""Texts as people, pastes and attackers put them into fields."""

from hypothesis import strategies as st

NASTY_TEXTS = (
    "Sim101;command=FLATTENEVERYTHING",
    "1;qty=100",
    "MES 12-26\ncommand=CANCELALLORDERS",
    "a=b",
    "1\u202e2",
    "１",
    "1,5",
    "6,412",
    "1e3",
    "0x10",
    "-1",
    "+1",
    "NaN",
    "Infinity",
    "1_000",
    " 1 ",
    "\t",
    "\x00",
    "key=abc;",
    "Sim101,",
    ",",
    "Sim101,SIM101",
    "BUY ",
    "buy",
    "ﬁ",
    "\u200b",
    "\ud800",
    "'; --",
    "MES\xa012-26",
    "9" * 400,
)
_LIKELY = """Sim101|Sim101,Sim102|MES 12-26|ESU6|MES1!|AAPL|BUY|SELL|1|25|MARKET|LIMIT|STOPMARKET|STOPLIMIT|DAY|GTC|
6412.50|6412,5|0.5|LONG|SHORT|"""
LIKELY_TEXTS = tuple(text.strip() for text in _LIKELY.split("|"))
NASTY, LIKELY = st.sampled_from(NASTY_TEXTS), st.sampled_from(LIKELY_TEXTS)
ANY = st.text(max_size=30)
FIELD_TEXT = st.one_of(LIKELY, NASTY, ANY, st.tuples(LIKELY, NASTY).map("".join))
