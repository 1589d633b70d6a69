from captioner.asr.ordinary import ordinary_words


def test_the_commonest_words_are_there_in_small_letters() -> None:
    assert {"the", "and", "from", "then", "more", "tailor"} <= ordinary_words("en")
    assert {"de", "het", "vergadering", "bakker"} <= ordinary_words("nl")
    for language in ("en", "nl"):
        assert all(word == word.casefold() for word in ordinary_words(language))
        assert len(ordinary_words(language)) > 500


def test_languages_are_kept_apart_and_an_unknown_one_gets_all() -> None:
    assert "vergadering" not in ordinary_words("en")
    assert ordinary_words("de") >= ordinary_words("en") | ordinary_words("nl")
