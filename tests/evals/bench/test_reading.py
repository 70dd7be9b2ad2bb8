from __future__ import annotations

from evals.bench.reading import measure_reading, reading_table


def test_each_format_is_read_whole_and_memory_does_not_grow_with_the_file() -> None:
    results = measure_reading((200, 4_000))

    assert {one.format for one in results} == {"csv", "json", "ris", "bib"}
    for small, large in zip(results[::2], results[1::2], strict=True):
        assert large.peak_mb < small.peak_mb + 20
        assert large.seconds > 0
    assert len(reading_table(results).splitlines()) == 2 + len(results)
