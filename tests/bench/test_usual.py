from captioner.bench.usual import TRIM_S, LocalAgreement


def test_words_stay_once_two_hypotheses_agree() -> None:
    agreement = LocalAgreement(0.0)
    agreement.accept("We have three", 1.0)
    assert (agreement.stable, agreement.text) == ("", "We have three")
    agreement.accept("We have tree open", 2.0)
    assert (agreement.stable, agreement.text) == ("We have", "We have tree open")
    agreement.accept("We have three open questions", 3.0)
    assert agreement.stable == "We have"
    agreement.accept("We have three open questions.", 4.0)
    assert agreement.stable == "We have three open questions."


def test_capitals_and_marks_do_not_stand_in_the_way_of_agreement() -> None:
    agreement = LocalAgreement(0.0)
    agreement.accept("in Gaza,", 1.0)
    agreement.accept("In Gaza today", 2.0)
    assert agreement.stable == "In Gaza"


def test_the_last_hypothesis_ends_it() -> None:
    agreement = LocalAgreement(0.0)
    agreement.accept("one two", 1.0)
    agreement.accept("one two three", 2.0)
    assert agreement.finish("one too three four") == "one two three four"


def test_a_long_buffer_is_cut_behind_the_last_word_that_stays() -> None:
    agreement = LocalAgreement(10.0)
    agreement.accept("aaaa bbbb", 12.0)
    agreement.accept("aaaa bbbb cccc dddd", 10.0 + TRIM_S + 1)
    assert agreement.buffer_start_s == 10.0 + (TRIM_S + 1) / 2
    assert agreement.stable == "aaaa bbbb"
    agreement.accept("bbbb cccc dddd", 27.0)  # the seam repeats a word
    assert agreement.text == "aaaa bbbb cccc dddd"
    assert agreement.stable == "aaaa bbbb cccc dddd"


def test_a_long_buffer_without_agreement_is_cut_in_the_middle() -> None:
    agreement = LocalAgreement(0.0)
    agreement.accept("one", 20.0)
    assert agreement.buffer_start_s == 10.0
