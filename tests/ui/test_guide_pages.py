"""The pages of the guide: listed, linked, and true to the words of the program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import crosstrade_desk
from crosstrade_desk.protocol.catalogue import COMMANDS
from crosstrade_desk.protocol.spec import Group
from crosstrade_desk.readback.answers import Trouble
from crosstrade_desk.resources import resources
from crosstrade_desk.sending import tls
from crosstrade_desk.sending.failures import FAILURES, UNFORESEEN, UNREACHED
from crosstrade_desk.ui.help.guide import PAGES, Section, Topic, path_of, search, sections, slug, whole_guide
from crosstrade_desk.ui.help.topics import TOPICS

_LINK = re.compile(r"\[[^\]]*\]\(([^)]*)\)")
_MADE = ("commands", "keys")
_README = Path(crosstrade_desk.__file__).parents[1] / "README.md"
_WRITTEN = {page: path_of(page) for page in PAGES if page not in _MADE} | {"README": _README}
_FORMER = re.compile(r"\{[^{}]*\}")  # what str.format fills in


def _text(page: str) -> str:
    return _WRITTEN.get(page, path_of(page)).read_text(encoding="utf-8")


def test_every_page_is_listed_and_every_listed_page_is_there() -> None:
    assert {path.stem for path in (resources() / "help").glob("*.md")} == set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_begins_with_the_heading_it_is_listed_by(page: str) -> None:
    assert _text(page).startswith(f"# {PAGES[page]}\n\n")


def _targets() -> set[tuple[str, str]]:
    return {(section.topic.page, slug(section.topic.heading)) for section in whole_guide()}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_heading_of_a_page(page: str) -> None:
    for link in _LINK.findall(_text(page)):
        path, _, anchor = link.partition("#")
        name = PurePosixPath(path)
        assert path in ("", f"{name.stem}.md"), f"{link} leads out of the guide"
        assert (name.stem if path else page, anchor) in _targets(), link


def test_a_page_names_no_heading_twice() -> None:
    for page in PAGES:
        named = [slug(section.topic.heading) for section in sections(page, _text(page)) if section.lines]
        assert len(named) == len(set(named)), page


def test_every_place_that_the_focus_leads_to_is_there() -> None:
    wanted = [*TOPICS.values(), *(Topic("commands", spec.title) for spec in COMMANDS)]
    wanted += [Topic("commands", group.heading) for group in Group if group is not Group.ORDER]
    for topic in wanted:
        assert (topic.page, slug(topic.heading)) in _targets(), topic


# --- the words of the program ---


def _literals() -> Iterator[str]:
    """Every text in the code but its docstrings; `…` stands for what is filled in."""
    for path in Path(crosstrade_desk.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)) if id(node) not in docstrings:
                    yield _FORMER.sub("…", text)
                case ast.JoinedStr(values=parts):
                    filled = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
                    yield filled.replace("… …", "…")
                case _:
                    pass


@pytest.fixture(scope="module")
def literals() -> frozenset[str]:
    return frozenset(_literals())


def _quoted(page: str) -> list[str]:
    return re.findall(r"“([^”]+)”", _text(page))


@pytest.mark.parametrize("page", _WRITTEN)
def test_every_sentence_that_a_page_quotes_is_one_of_the_program(page: str, literals: frozenset[str]) -> None:
    assert [quote for quote in _quoted(page) if not any(quote in text for text in literals)] == []


@pytest.mark.parametrize("page", _WRITTEN)
def test_every_button_that_a_page_names_is_one_of_the_program(page: str, literals: frozenset[str]) -> None:
    named = re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", _text(page))
    assert [name for name in named if not any(name in text for text in literals)] == []


def test_troubleshooting_names_every_fault_of_the_line_and_of_reading() -> None:
    quotes = " ".join(_quoted("troubleshooting"))
    told = [*FAILURES.values(), UNREACHED, UNFORESEEN]
    told += [*tls._WORDS.values(), *(trouble.value for trouble in Trouble)]
    assert [words for words in told if words not in quotes] == []


# Where a send or a read that failed, or a guard, gets its words.
_SPEAKERS = (
    *("sending/failures.py", "sending/tls.py", "protocol/reply.py", "readback/answers.py"),
    *("desk/gate.py", "desk/guards.py", "desk/desk.py"),
)


def _sentences(speaker: str) -> Iterator[str]:
    """Each whole sentence of a module that can stand alone: what is filled in is `…`, what only follows is left out."""
    path = Path(crosstrade_desk.__file__).parent / speaker
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    inner |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    for node in ast.walk(tree):
        if id(node) not in inner and (text := _said(node)) and text.endswith(".") and text[0].isupper() and " " in text:
            yield text


def _said(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return _FORMER.sub("…", text).strip()
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts).strip()
        case _:
            return ""


@pytest.mark.parametrize("speaker", _SPEAKERS)
def test_troubleshooting_names_every_sentence_of_a_send_or_read_that_failed(speaker: str) -> None:
    quotes = " ".join(_quoted("troubleshooting"))
    assert [text for text in _sentences(speaker) if text not in quotes] == []


def test_what_speaks_of_failures_is_heard() -> None:
    assert sum(len(list(_sentences(speaker))) for speaker in _SPEAKERS) > 50


# --- searching ---


def test_a_search_finds_the_section_of_a_sentence_though_its_number_is_another_one() -> None:
    (section, line), *_ = search(whole_guide(), "The server could not be reached within 5 s.")
    assert section.topic == Topic("troubleshooting", "It was not sent: the line")
    assert "could not be reached within … s." in line


def test_a_search_names_the_heading_with_the_word_first() -> None:
    (section, _), *others = search(whole_guide(), "LIMITS")
    assert section.topic == Topic("going-live", "Limits")
    assert others


@pytest.mark.parametrize("text", ["", "   ", "qwertzuiop"])
def test_a_search_for_nothing_or_nonsense_finds_nothing(text: str) -> None:
    assert search(whole_guide(), text) == ()


def test_a_search_gives_a_bounded_list() -> None:
    guide = [Section(Topic("keys"), ("word",)) for _ in range(500)]
    assert len(search(guide, "word")) == 40
