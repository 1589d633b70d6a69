import pytest

from captioner.translate.keeping import cut, find_keepers, fit, is_kept, names_to_keep, put_right


def kept(text: str, *names: str) -> list[str]:
    return [keeper.text for keeper in find_keepers(text, names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We have 3 questions.", ["3"]),
        ("At 10:30, room 4.12.", ["10:30", "4.12"]),
        ("Mail jan_v@team.example.nl.", ["jan_v@team.example.nl"]),
        ("See https://example.nl/a_b?c=1, please.", ["https://example.nl/a_b?c=1"]),
        ("www.example.nl is down.", ["www.example.nl"]),
        ("On 2025-03-04 it was 1,000.50 euros.", ["2025-03-04", "1,000.50"]),
        ("Nothing here.", []),
    ],
)
def test_what_must_survive_is_found(text: str, expected: list[str]) -> None:
    assert kept(text) == expected


def test_names_are_found_as_whole_words_the_longest_first() -> None:
    assert kept("Ann met Ann Baker.", "Ann", "Ann Baker") == ["Ann", "Ann Baker"]
    assert kept("Annual review.", "Ann") == []
    assert kept("C++ is a language.", "C++") == ["C++"]


def test_a_name_that_is_an_ordinary_word_is_left_to_the_translator() -> None:
    assert names_to_keep(["Will", "Siobhan", "Mark Rutte"], {"will", "mark"}) == (
        *("Siobhan", "Mark Rutte"),
    )


@pytest.mark.parametrize(
    ("text", "translated", "is_whole"),
    [
        ("At 10:30.", "Om 10.30.", True),
        ("1,000.50 euros", "1.000,50 euro", True),
        ("2 and 2", "2 en twee", False),
        ("At 10:30.", "Om half elf.", False),
        ("Mail a_b@c.nl", "Mail a b@c.nl", False),
        ("Ann is here.", "Anna is hier.", False),
        ("Ann is here.", "Ann is hier.", True),
    ],
)
def test_what_survived_is_seen(text: str, translated: str, is_whole: bool) -> None:
    assert is_kept(find_keepers(text, ["Ann"]), translated) is is_whole


@pytest.mark.parametrize(
    ("text", "translated", "mended"),
    [
        ("Call 06 1234.", "Bel 06 1243.", "Bel 06 1234."),
        ("Call 1234.", "Bel.", "Bel."),
        ("1 or 2", "3 of 4", "3 of 4"),
        ("At 10:30.", "Om 10.30.", "Om 10.30."),
    ],
)
def test_one_wrong_number_is_put_right_and_a_puzzle_is_left(
    text: str, translated: str, mended: str
) -> None:
    assert put_right(find_keepers(text), translated) == mended


def test_a_text_is_cut_around_what_must_survive() -> None:
    text = "Mail a_b@c.nl at 10:30."
    assert cut(text, find_keepers(text)) == ["Mail ", "a_b@c.nl", " at ", "10:30", "."]


@pytest.mark.parametrize(
    ("piece", "translated", "fitted"),
    [
        ("Mail ", "Mail.", "Mail "),
        (" at ", "Om", " om "),
        ("Yes. ", "Ja.", "Ja. "),
        (", can you?", "Kun je?", ", kun je?"),
        (" as the EU", "EU", " EU"),
    ],
)
def test_a_piece_keeps_what_is_around_it_and_becomes_no_sentence(
    piece: str, translated: str, fitted: str
) -> None:
    assert fit(piece, translated) == fitted
