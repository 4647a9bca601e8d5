"""The tests notice when the library is broken: see mutants.py."""

import mutants
import pytest


@pytest.mark.long
def test_nearly_every_mutant_is_noticed():
    verdicts = mutants.judge(mutants.sample(mutants.MODULES, mutants.SAMPLE))
    survivors = [str(mutant) for mutant, dead in verdicts if not dead]
    assert len(verdicts) >= 60
    assert len(survivors) <= 0.05 * len(verdicts), "\n".join(survivors)


def test_the_mutants_are_the_same_every_time_and_differ_from_the_source():
    once, again = (list(mutants.mutants("averages")) for _ in range(2))
    assert once == again and len(once) > 20
    assert len({mutant.source for mutant in once}) == len(once)


def test_an_idle_change_survives_and_a_slip_is_killed():
    source = (mutants.ROOT / "lectopt" / "averages.py").read_text()
    idle = mutants.Mutant("averages", 1, "", "", source + "\n")
    slip = mutants.Mutant("averages", 1, "", "", source.replace("1 - beta**t", "1 - beta"))
    assert [dead for _, dead in mutants.judge([idle, slip])] == [False, True]
