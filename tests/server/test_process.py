import time

from captioner.server.process import process_figures


def test_memory_and_time_are_those_of_this_process() -> None:
    before = process_figures()
    assert 10_000_000 < before.memory_bytes < 100_000_000_000
    begun = time.process_time()
    while time.process_time() - begun < 0.05:
        pass
    assert process_figures().cpu_s > before.cpu_s
