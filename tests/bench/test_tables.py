from captioner.bench.tables import RUN_COLUMNS, render_report, render_table


def test_a_table_is_lined_up_and_says_what_is_missing() -> None:
    columns = (("name", "weights", 0), ("cost", "CPU s", 2))
    table = render_table(columns, [{"name": "tiny", "cost": 1.234}, {"name": "small"}])
    assert table.splitlines() == [
        "| weights | CPU s |",
        "| ------: | ----: |",
        "|    tiny |  1.23 |",
        "|   small |     - |",
    ]


def test_a_report_holds_a_table_for_everything_that_was_measured() -> None:
    row = {key: 1.0 for key, _, _ in RUN_COLUMNS}
    window = {"window": "5 s", "padding": "zeros", "clips": 1, "errors": 0, "cpu_s": 0.5}
    report = {
        "machine": {"processor": "fast, 2 cores"},
        "together": [
            {
                "weights": "tiny",
                "seconds": 60.0,
                "live": [row],
                "usual": [row],
                "ratios": [{"channels": 1, "live_to_floor": 0.7}],
                "notes": ["Hopeless."],
            }
        ],
        "windows": [window],
        "windows_weights": "demo",
        "batches": [
            {
                "weights": "tiny",
                "rows": [{"window_s": 5.0, "rows": 1, "encode_ms": 1.0, "generate_ms": 2.0}],
                "choice": "encodes one by one, decodes up to 8 together",
            }
        ],
    }
    text = render_report(report)
    for part in ("fast, 2 cores", "everybody at once, 60 s", "0.70", "Hopeless.", "demo, windows"):
        assert part in text
    assert "encodes one by one, decodes up to 8 together" in text
    assert sum(line.startswith("| -") for line in text.splitlines()) == 5


def test_a_report_of_nothing_still_names_the_machine() -> None:
    assert render_report({"machine": {"processor": "slow"}}) == "processor: slow\n"
