import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketanet import plasticity
from ketanet.plasticity import Animal, PlasticityError

FORTNIGHT = np.arange(0.0, 24 * 14 + 0.25, 0.25)


@pytest.fixture(scope="module")
def treated():
    """An animal after one dose, every quarter of an hour for two weeks."""
    return plasticity.follow(FORTNIGHT)


# By value


@pytest.mark.parametrize(
    "column, hour, value, within",
    [
        ("p_eef2", 0.5, 0.285, 0.005),
        ("p_eef2", 24, 1.0, 0.001),
        ("bdnf", 0.5, 1.84, 0.02),
        ("bdnf", 24, 1.0, 0.001),
        ("potentiation", 0.5, 0.26, 0.03),
        ("potentiation", 1, 0.77, 0.03),
        ("potentiation", 3, 0.95, 0.03),
        ("potentiation", 24, 0.48, 0.03),
        ("potentiation", 168, 0.0, 0.03),
        ("spines", 6, 1.02, 0.01),
        ("spines", 24, 1.15, 0.01),
        ("spines", 168, 1.12, 0.01),
        ("spines", 336, 1.06, 0.01),
    ],
)
def test_the_chain_has_its_values(treated, column, hour, value, within):
    assert treated.loc[hour, column] == pytest.approx(value, abs=within)


def test_each_step_comes_after_the_one_before(treated):
    order = [
        treated["p_eef2"].idxmin(),
        treated["bdnf"].idxmax(),
        treated["potentiation"].idxmax(),
        treated["spines"].idxmax(),
    ]
    assert order == [0.5, 1.0, 2.25, pytest.approx(2.4 * 24, abs=2.4)]
    assert treated["spines"].max() == pytest.approx(1.23, abs=0.01)


@pytest.mark.parametrize(
    "animal",
    [Animal(kinase=0), Animal(bdnf=0), Animal(reach=0), Animal(kinase=0, synthesis_stopped=1)],
)
def test_what_breaks_the_chain_leaves_no_potentiation_and_no_spines(animal):
    found = plasticity.follow(FORTNIGHT, animal=animal)
    assert (found["potentiation"] == 0).all()
    assert found["spines"].to_numpy() == pytest.approx(1, abs=1e-9)
    assert found["bdnf"].to_numpy() == pytest.approx(1, abs=1e-9)


def test_each_break_is_at_its_own_place():
    hours = [0.5, 3.0]
    without_kinase = plasticity.follow(hours, animal=Animal(kinase=0))
    assert (without_kinase["p_eef2"] == 0).all()
    without_bdnf = plasticity.follow(hours, animal=Animal(bdnf=0))
    assert without_bdnf["p_eef2"].to_numpy() == pytest.approx(
        plasticity.follow(hours)["p_eef2"].to_numpy(), abs=1e-6
    )
    spared = plasticity.follow(hours, animal=Animal(reach=0))
    assert spared["p_eef2"].to_numpy() == pytest.approx([1, 1], abs=1e-9)


def test_three_hours_without_protein_abolish_the_effect(treated):
    found = plasticity.follow(FORTNIGHT, animal=Animal(synthesis_stopped=3))
    assert found["potentiation"].max() < 0.01
    assert found["spines"].max() < 1.01
    assert (found.loc[:3, "bdnf"] == 1).all()
    assert found["p_eef2"].to_numpy() == pytest.approx(treated["p_eef2"].to_numpy(), abs=1e-6)


def test_three_quarters_of_an_hour_without_protein_only_delay(treated):
    found = plasticity.follow(FORTNIGHT, animal=Animal(synthesis_stopped=0.75))
    assert (found.loc[:0.75, "potentiation"] == 0).all()
    assert found["potentiation"].max() == pytest.approx(0.83, abs=0.01)
    assert found["potentiation"].idxmax() > treated["potentiation"].idxmax()
    assert found["spines"].max() == pytest.approx(1.20, abs=0.01)


@pytest.mark.parametrize("name", ["kinase", "bdnf", "reach"])
def test_less_of_a_link_gives_less_of_the_effect(name):
    shares = (1.0, 0.6, 0.2)
    found = [plasticity.follow([3.0, 48], animal=Animal(**{name: share})) for share in shares]
    assert found[0].loc[3, "potentiation"] > found[1].loc[3, "potentiation"] > 0
    assert found[1].loc[3, "potentiation"] > found[2].loc[3, "potentiation"] > 0
    assert found[0].loc[48, "spines"] > found[1].loc[48, "spines"] > found[2].loc[48, "spines"] > 1


# What the chain may not break


def test_an_untreated_animal_stays_as_it_is():
    found = plasticity.follow(FORTNIGHT, doses=())
    assert found["potentiation"].to_numpy() == pytest.approx(0, abs=1e-12)
    for column, value in [("p_eef2", 1), ("bdnf", 1), ("spines", 1), ("young", 0.25)]:
        assert found[column].to_numpy() == pytest.approx(value, abs=1e-9)
    assert plasticity.follow([100.0], peak=0.0)["spines"].item() == pytest.approx(1, abs=1e-9)


def test_a_quarter_of_the_spines_is_young_and_both_kinds_are_the_whole(treated):
    assert treated.loc[0, "young"] == pytest.approx(0.25)
    assert treated.loc[0, "stable"] == pytest.approx(0.75)
    whole = treated["young"] + treated["stable"]
    assert treated["spines"].to_numpy() == pytest.approx(whole.to_numpy())


def test_shares_stay_shares(treated):
    assert treated["p_eef2"].between(0, 1 + 1e-6).all()
    assert treated["potentiation"].between(0, 1).all()
    assert (treated[["bdnf", "spines"]] >= 1 - 1e-9).all().all()


def test_spines_rise_by_formation_and_elimination_stays(treated):
    young, stable = treated["young"].to_numpy(), treated["stable"].to_numpy()
    slope = {
        name: np.gradient(treated[name].to_numpy(), 0.25)[1:-1] for name in ("young", "stable")
    }
    per_day = 1 / 24
    lost = 0.02 * per_day * stable[1:-1]
    assert slope["stable"] + lost == pytest.approx(0.06 * per_day * young[1:-1], abs=1e-7)
    formed = slope["young"] + 0.36 * per_day * young[1:-1]
    untreated = 0.36 * per_day * 0.25
    assert formed.min() > 0.999 * untreated
    assert 2 * untreated < formed.max() < (1 + plasticity.GROWTH) * untreated
    assert formed[4 * 24 * 12] == pytest.approx(untreated, rel=0.01)


def test_part_of_the_new_spines_stay(treated):
    assert treated["stable"].idxmax() > 24 * 7
    last = treated.iloc[-1]
    assert last["stable"] - 0.75 > 5 * (last["young"] - 0.25) > 0


def reference(hours, doses, animal, peak):
    """The chain again, with every constant written out and small steps."""
    stopped = animal.synthesis_stopped

    def changes(hour, states):
        kinase, p_eef2, bdnf, potentiation, drive, young, stable = states
        level = sum(peak * 2 ** (-(hour - dose) * 60 / 13) for dose in doses if hour >= dose)
        block = animal.reach * level / (level + 1.0)
        synthesis = animal.bdnf if hour >= stopped else 0
        return [
            (animal.kinase * (1 - block) - kinase) / 0.15,
            (kinase - p_eef2) / 0.1,
            (3 * max(animal.kinase - p_eef2, 0) * synthesis - bdnf) / 0.6,
            bdnf * (1 - potentiation) / 0.5 - potentiation / 30,
            (potentiation - drive) / 6,
            1 + 3.5 * drive - (0.30 + 0.06) / 24 * young,
            0.06 / 24 * young - 0.02 / 24 * stable,
        ]

    young = 24 / 0.36
    start = np.array([animal.kinase, animal.kinase, 0, 0, 0, young, 3 * young])
    end = max(hours)
    run = solve_ivp(changes, (0, end), start, "RK45", hours, rtol=1e-7, atol=1e-9, max_step=0.01)
    return run.y / np.array([[1, 1, 1, 1, 1, 4 * young, 4 * young]]).T


@pytest.mark.parametrize(
    "doses, animal, peak",
    [
        ((0.0,), Animal(), 10.0),
        ((1.0, 4.5), Animal(kinase=0.8, bdnf=0.7, reach=0.9), 3.0),
        ((0.0, 0.5), Animal(synthesis_stopped=0.8), 10.0),
    ],
)
def test_the_chain_agrees_with_an_independent_integration(doses, animal, peak):
    hours = [0.3, 0.9, 2.0, 5.0, 12.0]
    found = plasticity.follow(hours, doses, animal, peak)
    _, p_eef2, bdnf, potentiation, _, young, stable = reference(hours, doses, animal, peak)
    expected = {"p_eef2": p_eef2, "bdnf": 1 + bdnf, "potentiation": potentiation}
    expected |= {"young": young, "stable": stable, "spines": young + stable}
    assert set(found) == set(expected)
    for column, values in expected.items():
        assert found[column].to_numpy() == pytest.approx(values, abs=5e-4), column


def test_answers_do_not_depend_on_when_one_looks(treated):
    hours = [0.25, 0.5, 24, 200]
    few = plasticity.follow(hours)
    assert np.abs(few.to_numpy() - treated.loc[hours].to_numpy()).max() < 1e-6
    assert few.index.name == "hours"
    assert list(few.index) == hours


def test_a_later_dose_moves_the_whole_curve():
    hours = np.array([0.5, 1, 3, 24, 60])
    early, late = plasticity.follow(hours), plasticity.follow(hours + 10, doses=(10.0,))
    assert late.to_numpy() == pytest.approx(early.to_numpy(), abs=1e-6)
    before = plasticity.follow([5.0, 9.9], doses=(10.0,))
    assert before["potentiation"].to_numpy() == pytest.approx(0, abs=1e-12)


def test_a_dose_after_the_last_look_changes_nothing():
    one, two = plasticity.follow([2.0]), plasticity.follow([2.0], doses=(0.0, 3.0))
    assert two.to_numpy() == pytest.approx(one.to_numpy(), abs=1e-9)


def test_more_doses_give_more_spines():
    once, daily = (plasticity.follow([120.0], doses) for doses in ((0,), range(0, 120, 24)))
    assert daily["spines"].item() > once["spines"].item() + 0.1


def test_the_level_halves_in_13_minutes():
    found = plasticity.drug_level(np.array([0, 13, 26, 130]) / 60)
    assert found == pytest.approx([10, 5, 2.5, 10 / 1024])
    assert plasticity.drug_level(13 / 60, peak=4.0) == pytest.approx(2)


def test_levels_of_doses_add_up_and_none_comes_early():
    found = plasticity.drug_level([0.0, 0.99, 1.0, 1 + 13 / 60], doses=(1.0, 1 + 13 / 60))
    assert found == pytest.approx([0, 0, 10, 15])
    assert (plasticity.drug_level([0.0, 5.0], doses=()) == 0).all()


def test_no_time_gives_no_row():
    found = plasticity.follow([])
    assert len(found) == 0
    assert list(found) == ["p_eef2", "bdnf", "potentiation", "young", "stable", "spines"]


# Bad input


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: Animal(kinase=1.5), "kinase: 1.5 is more than all"),
        (lambda: Animal(bdnf=-0.2), "bdnf: -0.2 .*is negative"),
        (lambda: Animal(reach=np.nan), "reach: a value is missing"),
        (lambda: Animal(reach="half"), "reach: 'half' is no number"),
        (lambda: Animal(synthesis_stopped=-1), "synthesis_stopped: -1 h is negative"),
        (lambda: Animal(synthesis_stopped=np.inf), "synthesis_stopped: a value is missing or inf"),
        (lambda: plasticity.drug_level(-1), "hours: -1 h is negative"),
        (lambda: plasticity.drug_level(1, (0, -2)), "doses: -2 h is negative"),
        (lambda: plasticity.drug_level(1, (np.nan,)), "doses: a value is missing"),
        (lambda: plasticity.drug_level(1, peak=-3), "peak: -3 µM is negative"),
        (lambda: plasticity.drug_level(1, peak=np.nan), "peak: a value is missing"),
        (lambda: plasticity.drug_level(1, [[0.0, 1.0]]), "doses: a list of times"),
        (lambda: plasticity.drug_level(1, peak=[1, 2]), "peak: one number is needed"),
        (lambda: Animal(kinase=[0.1, 0.2]), "kinase: one number is needed"),
        (lambda: Animal(synthesis_stopped=[1, 2]), "synthesis_stopped: one number is needed"),
        (lambda: plasticity.follow([-1.0, 2]), "hours: -1 h is negative"),
        (lambda: plasticity.follow([1.0, np.nan]), "hours: a value is missing"),
        (lambda: plasticity.follow([2.0, 1.0]), "hours: times must rise"),
        (lambda: plasticity.follow([1.0, 1.0]), "hours: times must rise, each once"),
        (lambda: plasticity.follow([[1.0, 2.0]]), "hours: times must rise"),
        (lambda: plasticity.follow(["noon"]), "hours: .*is no number"),
        (lambda: plasticity.follow([1.0], peak=-1), "peak: -1 µM is negative"),
        (lambda: plasticity.follow([1.0], peak=np.nan), "peak: a value is missing"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(PlasticityError, match=words):
        call()


def test_synthesis_stops_with_the_first_dose():
    hours, stopped = np.array([0.5, 1, 3, 24]), Animal(synthesis_stopped=0.75)
    early = plasticity.follow(hours, animal=stopped)
    late = plasticity.follow(hours + 5, (5.0,), animal=stopped)
    assert late.to_numpy() == pytest.approx(early.to_numpy(), abs=1e-6)
    assert plasticity.follow([1.0], (), stopped)["bdnf"].item() == pytest.approx(1)


@pytest.mark.parametrize(
    "doses, words",
    [
        ((np.nan,), "doses: a value is missing"),
        ((np.inf,), "doses: a value is missing or infinite"),
        ((-1.0,), "doses: -1 h is negative"),
        (("noon",), "doses: .*is no number"),
    ],
)
def test_a_dose_that_cannot_be_is_named(doses, words):
    with pytest.raises(PlasticityError, match=words):
        plasticity.follow([1.0], doses)


def test_one_dose_may_be_a_number_and_the_peak_is_always_checked():
    assert plasticity.follow([1.0], 0.0).equals(plasticity.follow([1.0], (0.0,)))
    with pytest.raises(PlasticityError, match="peak: -1 µM is negative"):
        plasticity.follow([0.0], peak=-1)
