from captioner.translate.demand import LINGER_S, Demand


def test_a_language_is_wanted_from_its_first_reader_on() -> None:
    demand = Demand()
    assert demand.wanted(0.0) == ()
    assert demand.join(["nl", "de"], 0.0) == ["nl", "de"]
    assert demand.join(["nl"], 1.0) == []
    assert demand.wanted(1.0) == ("de", "nl")
    assert demand.readers("nl") == 2


def test_a_language_lingers_after_its_last_reader_has_left() -> None:
    demand = Demand()
    demand.join(["nl"], 0.0)
    demand.join(["nl"], 0.0)
    demand.leave(["nl"], 10.0)
    assert demand.wanted(1000.0) == ("nl",)  # somebody is still there
    demand.leave(["nl"], 1000.0)
    assert demand.wanted(1000.0 + LINGER_S - 0.1) == ("nl",)
    assert demand.wanted(1000.0 + LINGER_S) == ()


def test_who_comes_back_in_time_finds_it_going_on_and_who_comes_late_begins_anew() -> None:
    demand = Demand()
    demand.join(["nl"], 0.0)
    demand.leave(["nl"], 5.0)
    assert demand.join(["nl"], 5.0 + LINGER_S / 2) == []
    demand.leave(["nl"], 50.0)
    assert demand.join(["nl"], 50.0 + LINGER_S) == ["nl"]
