from itertools import count

from captioner.server.pings import LASTS_S, MOST_TOKENS, Pings


def links(path: str) -> list[tuple[str, str]]:
    return [(f"http://192.168.1.5:8080{path}", "address"), (f"http://lap.local{path}", "name")]


def pings() -> Pings:
    numbers = count(1)
    return Pings(lambda: f"t{next(numbers)}")


def test_each_address_has_a_token_of_its_own() -> None:
    first, second = pings().offer(links, 0.0)
    assert (first.url, first.label) == ("http://192.168.1.5:8080/ping/t1", "address")
    assert second.url == "http://lap.local/ping/t2"


def test_a_phone_that_opens_it_has_reached_that_address_and_no_other() -> None:
    known = pings()
    first, second = known.offer(links, 0.0)
    assert known.accept("t1", "192.168.1.9", is_own=False, now_s=1.0)
    assert (first.reached_by, second.reached_by) == ("192.168.1.9", "")
    assert known.accept("t1", "192.168.1.7", is_own=False, now_s=2.0)
    assert first.reached_by == "192.168.1.9", "who was first has shown it"


def test_this_computer_itself_proves_nothing() -> None:
    known = pings()
    first, _ = known.offer(links, 0.0)
    assert known.accept("t1", "192.168.1.5", is_own=True, now_s=1.0)
    assert (first.reached_by, first.was_opened_here) == ("", True)


def test_a_link_that_is_unknown_or_old_counts_for_nothing() -> None:
    known = pings()
    (first, _) = known.offer(links, 0.0)
    assert not known.accept("guess", "192.168.1.9", is_own=False, now_s=1.0)
    assert not known.accept("t1", "192.168.1.9", is_own=False, now_s=LASTS_S + 1)
    assert first.reached_by == ""


def test_a_page_that_asks_for_ever_new_links_does_not_fill_the_memory() -> None:
    known = pings()
    first, _ = known.offer(links, 0.0)
    for _ in range(MOST_TOKENS):
        known.offer(links, 1.0)
    assert not known.accept(first.token, "192.168.1.9", is_own=False, now_s=1.0)
    newest = known.offered[0]
    assert known.accept(newest.token, "192.168.1.9", is_own=False, now_s=1.0)
