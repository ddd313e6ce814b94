import numpy as np
import pytest
from scipy.integrate import simpson, solve_ivp

from ketanet import pharmacokinetics as pk
from ketanet import receptors
from ketanet.pharmacokinetics import Compartments, Dose, DoseError

MODELS = ["Kamp", "Domino", "Clements"]


def integral(model, doses, end):
    """Area under the level from 0 on, in ng·min/mL; doses within the first hour."""
    whole = 0.0
    for times in (np.linspace(0, 60, 12001), np.geomspace(60, end, 4001)):
        whole += simpson(model.level(doses, times), x=times)
    return whole


# By value


@pytest.mark.parametrize(
    "name, levels",
    [
        ("Kamp", [253.05, 73.7, 54.3, 26.7]),
        ("Domino", [240.33, 45.8, 38.1, 18.4]),
        ("Clements", [177.31, 84.7, 63.1, 35.9]),
    ],
)
def test_the_infusion_of_depression_studies_gives_the_published_levels(name, levels):
    found = pk.model(name).level(pk.infusion(), [40, 80, 110, 230])
    assert found == pytest.approx(levels, abs=0.06)


def test_ten_milligrams_agree_with_an_independent_study():
    dose, kamp = Dose(10, minutes=1), pk.model()
    assert kamp.level(dose, 2) == pytest.approx([291.9], abs=0.1)
    assert kamp.level(dose, 2) == pytest.approx([296], rel=0.02)
    area = integral(kamp, dose, 60 * 24 * 5) / 60
    assert area == pytest.approx(113, rel=0.1)
    assert area == pytest.approx(119.05, abs=0.05)


@pytest.mark.parametrize("name, peak, area", [("Domino", 302, 86), ("Clements", 78, 124)])
def test_the_other_models_miss_that_study(name, peak, area):
    model = pk.model(name)
    assert model.level(Dose(10, 1), 2) == pytest.approx([peak], abs=0.5)
    assert 1000 * 10 / model.clearance == pytest.approx(area, abs=0.7)


@pytest.mark.parametrize("name, slow, steps", [("Kamp", 43, 1.11), ("Domino", 43, 0.97)])
def test_slow_and_stepped_infusions_give_the_published_levels(name, slow, steps):
    model = pk.model(name)
    assert model.level(Dose(5, 30), 30) == pytest.approx([slow], abs=0.5)
    ladder = [pk.infusion(rate, 60, start=60 * k) for k, rate in enumerate((0.14, 0.28, 0.57))]
    assert pk.micromolar(model.level(ladder, 180)) == pytest.approx([steps], abs=0.005)


def test_kamp_lies_inside_the_intervals_of_its_abstract():
    kamp = pk.model()
    whole = kamp.volume * (1 + kamp.k12 / kamp.k21 + kamp.k13 / kamp.k31)
    assert whole == pytest.approx(238)
    assert 200 < whole < 304
    assert kamp.clearance == pytest.approx(84)
    assert 69 < kamp.clearance < 90


@pytest.mark.parametrize("weight", [35.0, 70.0, 140.0])
def test_kamp_scales_volumes_with_weight_and_flows_with_its_power(weight):
    kamp, size = pk.model("Kamp", weight), weight / 70
    volumes = kamp.volume * np.array([1, kamp.k12 / kamp.k21, kamp.k13 / kamp.k31])
    assert volumes / size == pytest.approx([25, 56, 157])
    flows = 60 * kamp.volume * np.array([kamp.k10, kamp.k12, kamp.k13])
    assert flows / size**0.75 == pytest.approx([84, 161, 79])


@pytest.mark.parametrize(
    "name, expected",
    [
        ("Domino", Compartments(5.04, 0.4381, 0.5921, 0.2470, 0.59, 0.0146, "Domino1982")),
        ("Clements", Compartments(140.176, 0.0109, 0.0186, 0.0137, 0, 0, "Clements1981")),
    ],
)
def test_the_other_models_have_their_published_rates(name, expected):
    found = pk.model(name, 80.0)
    assert found.volume == pytest.approx(expected.volume)
    for rate in ("k10", "k12", "k21", "k13", "k31", "reference"):
        assert getattr(found, rate) == getattr(expected, rate)


def test_three_models_are_there_and_kamp_is_the_first():
    assert pk.available == ("Kamp", "Domino", "Clements")
    assert vars(pk.model()) == vars(pk.model("Kamp", 70.0))
    assert pk.model().reference == "Kamp2020"


def test_peak_occupancy_at_the_two_shares_unbound():
    peak, late = pk.micromolar(pk.model().level(pk.infusion(), [40, 230]))
    assert peak == pytest.approx(1.064, abs=0.001)
    subtypes = ["GluN2A", "GluN2B", "GluN2C", "GluN2D"]
    for unbound, expected in [
        (1.0, [0.166, 0.173, 0.474, 0.265]),
        (pk.UNBOUND, [0.107, 0.112, 0.351, 0.178]),
    ]:
        found = [receptors.block(unbound * peak, receptors.potency(s)) for s in subtypes]
        assert found == pytest.approx(expected, abs=6e-4)
    plain = receptors.potency("GluN2B", magnesium=False)
    assert receptors.block(peak, plain) == pytest.approx(0.774, abs=6e-4)
    assert receptors.block(0.6 * peak, plain) == pytest.approx(0.673, abs=6e-4)
    assert receptors.block(late, receptors.potency("GluN2B")) == pytest.approx(0.022, abs=6e-4)


def test_micromolar_divides_by_the_molar_mass():
    assert pk.micromolar(237.73) == 1
    assert pk.micromolar([185, 0]) == pytest.approx([0.778, 0], abs=5e-4)


# What no model may break


@pytest.mark.parametrize("name", MODELS)
def test_levels_agree_with_an_independent_integration(name):
    model = pk.model(name, 60.0)
    doses = [Dose(20, 10, 5), Dose(35, 40, 20), Dose(7, 30, 90)]

    def changes(time, amounts):
        blood, second, third = amounts
        pump = sum(d.milligrams / d.minutes for d in doses if d.start <= time < d.start + d.minutes)
        return [
            pump - (model.k10 + model.k12 + model.k13) * blood
            + model.k21 * second + model.k31 * third,
            model.k12 * blood - model.k21 * second,
            model.k13 * blood - model.k31 * third,
        ]  # fmt: skip

    times = np.array([0, 3, 10, 15, 30, 45, 60, 89, 100, 120, 150, 200])
    run = solve_ivp(changes, (0, 200), [0] * 3, "LSODA", times, rtol=1e-9, atol=1e-9, max_step=0.5)
    found = model.amounts(doses, times)
    assert found == pytest.approx(run.y.T[:, : found.shape[1]], abs=2e-5)
    assert model.level(doses, times) == pytest.approx(1000 * found[:, 0] / model.volume)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dose", [Dose(35, 40), Dose(10), Dose(20, 5, 30)])
def test_what_is_given_is_in_the_body_or_has_left_it(name, dose):
    model = pk.model(name)
    for end in (35.0, 60.0, 240.0):
        parts = [(0, dose.start), (dose.start, dose.start + dose.minutes)]
        parts += [(dose.start + dose.minutes, end)]
        area = 0.0
        for low, high in parts:
            high = min(high, end)
            if low < high:
                times = np.linspace(low, high, 4001)
                level = model.level(dose, times)
                if high == dose.start:
                    level[-1] = 0  # the bolus comes with the next part
                area += simpson(level, x=times)
        share = 1 if dose.minutes == 0 else np.clip((end - dose.start) / dose.minutes, 0, 1)
        left = dose.milligrams * share - model.amounts(dose, end).sum()
        assert left == pytest.approx(model.k10 * model.volume * area / 1000, abs=1e-4)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dose", [Dose(10), Dose(10, 1), Dose(10, 40)])
def test_the_area_is_the_dose_over_the_clearance(name, dose):
    model = pk.model(name)
    assert integral(model, dose, 60 * 24 * 7) / 60 == pytest.approx(
        1000 * 10 / model.clearance, rel=1e-4
    )


@pytest.mark.parametrize("name", MODELS)
def test_doses_scale_and_add_up(name):
    model, times = pk.model(name), np.linspace(0, 300, 61)
    first, second = Dose(10, 20, 5), Dose(4, 0, 60)
    one, two = model.level(first, times), model.level(second, times)
    for both in ([first, second], (second, first)):
        assert model.level(both, times) == pytest.approx(one + two)
    assert model.level(Dose(25, 20, 5), times) == pytest.approx(2.5 * one)
    assert (model.level([], times) == 0).all()
    assert (model.level(Dose(0, 20), times) == 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_a_bolus_is_the_limit_of_a_short_infusion(name):
    model, times = pk.model(name), np.array([1.0, 10, 100, 1000])
    bolus = model.level(Dose(10), times)
    assert model.level(Dose(10, 1e-6), times) == pytest.approx(bolus, rel=1e-6)
    assert model.level(Dose(10, 1.0), times[1:]) != pytest.approx(bolus[1:], rel=1e-4)


@pytest.mark.parametrize("name", MODELS)
def test_a_bolus_is_in_the_blood_at_once_and_not_before(name):
    model = pk.model(name)
    found = model.amounts(Dose(10, start=30), [0, 29.999, 30])
    assert (found[:2] == 0).all()
    assert found[2] == pytest.approx(10 * np.eye(found.shape[1])[0], abs=1e-10)


@pytest.mark.parametrize("name", MODELS)
def test_the_start_only_moves_the_curve(name):
    model, times = pk.model(name), np.array([0.0, 5, 25, 40, 90])
    early, late = (model.level(Dose(10, 30, start), times + start) for start in (0, 60))
    assert late == pytest.approx(early)
    assert late[0] == 0
    assert (model.level(Dose(10, 30, 60), [0, 59.9]) == 0).all()


@pytest.mark.parametrize("name", MODELS)
def test_levels_are_never_negative_and_peak_when_the_pump_stops(name):
    model, times = pk.model(name), np.linspace(0, 2000, 2001)
    found = model.level(pk.infusion(), times)
    assert (found >= 0).all()
    assert times[found.argmax()] == 40
    assert (np.diff(found[:41]) > 0).all() and (np.diff(found[40:]) < 0).all()


def test_an_endless_infusion_reaches_the_rate_over_the_clearance():
    kamp = pk.model()
    found = kamp.level(Dose(1e4, 1e4), 1e4)  # 1 mg a minute
    assert found == pytest.approx([1000 * 60 / 84], rel=1e-4)


def test_one_compartment_has_its_closed_form():
    model, times = Compartments(10, 0.1, 0, 0.05), np.array([0.0, 5, 20, 50])
    assert model.level(Dose(3), times) == pytest.approx(300 * np.exp(-0.1 * times))
    during = 1 - np.exp(-0.1 * np.minimum(times, 20))
    after = np.exp(-0.1 * np.clip(times - 20, 0, None))
    found = model.level(Dose(3, 20), times)
    assert found == pytest.approx(1000 * 3 / 20 / (0.1 * 10) * during * after)
    assert model.clearance == pytest.approx(60)


def test_two_compartments_are_three_without_the_third():
    two, three = Compartments(5, 0.1, 0.2, 0.3), Compartments(5, 0.1, 0.2, 0.3, 1e-12, 0.1)
    times = np.linspace(0, 60, 7)
    assert two.amounts(Dose(10, 5), times).shape == (7, 2)
    assert three.amounts(Dose(10, 5), times).shape == (7, 3)
    assert two.level(Dose(10, 5), times) == pytest.approx(three.level(Dose(10, 5), times))


def test_repeated_doses_differ_only_in_their_start():
    found = pk.repeated(Dose(10, 40, 7), [0, 2880])
    assert list(map(vars, found)) == [vars(Dose(10, 40, 0)), vars(Dose(10, 40, 2880))]
    assert pk.repeated(Dose(10), []) == []


def test_an_infusion_goes_by_weight():
    assert vars(pk.infusion()) == vars(Dose(35, 40, 0))
    assert vars(pk.infusion(0.2, 10, 50, 3)) == vars(Dose(10, 10, 3))


# Bad input


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: Dose(-1), "milligrams: -1 mg is negative"),
        (lambda: Dose(np.nan), "milligrams: a value is missing"),
        (lambda: Dose(None), "milligrams: a value is missing"),
        (lambda: Dose("one"), "milligrams: 'one' is no number"),
        (lambda: Dose(1, -2), "minutes: -2 min is negative"),
        (lambda: Dose(1, np.inf), "minutes: a value is missing or infinite"),
        (lambda: Dose(1, 2, -3), "start: -3 min is negative"),
        (lambda: pk.repeated(Dose(1), [0, -5]), "starts: -5 min is negative"),
        (lambda: pk.infusion(-0.5), "mg_per_kg: -0.5 mg/kg is negative"),
        (lambda: pk.infusion(weight=-70), "weight: -70 kg is negative"),
        (lambda: pk.infusion(-0.5, weight=-70), "mg_per_kg"),
        (lambda: pk.infusion(minutes=-40), "minutes: -40 min is negative"),
        (lambda: pk.infusion(weight=np.nan), "weight: a value is missing"),
        (lambda: pk.model().level(Dose(1), -1), "minutes: -1 min is negative"),
        (lambda: pk.model().amounts(Dose(1), [1, np.nan]), "minutes: a value is missing"),
        (lambda: pk.model().level(Dose(1), "noon"), "minutes: 'noon' is no number"),
        (lambda: Dose([1, 2]), r"milligrams: one number is needed, not \[1, 2\]"),
        (lambda: pk.infusion([0.5, 1]), "mg_per_kg: one number is needed"),
        (lambda: pk.model(weight=[1, 2]), "weight: one number is needed"),
        (lambda: Compartments([1, 2], 0.1, 0.1, 0.1), "volume: one number is needed"),
        (lambda: pk.model().amounts(Dose(1), [[1, 2]]), r"minutes: a list .* shape \(1, 2\)"),
        (lambda: pk.micromolar(np.nan), "level: a value is missing"),
        (lambda: pk.micromolar([1, -2]), "level: -2 ng/mL is negative"),
        (lambda: pk.model("Smith"), "'Smith' is no model here; there are Kamp, Domino, Clements"),
        (lambda: pk.model(weight=0), "weight: 0 kg is nobody"),
        (lambda: pk.model("Domino", -1), "weight: -1 kg is negative"),
        (lambda: pk.model(weight=np.nan), "weight: a value is missing"),
        (lambda: pk.model(weight="heavy"), "weight: 'heavy' is no number"),
    ],
)
def test_what_no_body_can_be_given_is_refused(call, words):
    with pytest.raises(DoseError, match=words):
        call()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: pk.Dose("5"), "milligrams: '5' is no number"),
        (lambda: pk.infusion("0.5"), "mg_per_kg: '0.5' is no number"),
        (lambda: pk.Compartments(0, 0.1, 0, 0.1), "volume: 0 is not above 0"),
        (lambda: pk.Compartments(1, 0, 0.1, 0.1), "k10: 0 is not above 0"),
        (lambda: pk.Compartments(1, 0.1, 0.1, 0), "k21: 0 is not above 0"),
        (lambda: pk.Compartments(1, 0.1, 0.1, 0.1, 0.1, 0), "k31: 0 is not above 0"),
        (lambda: pk.Compartments(1, -0.1, 0.1, 0.1), "k10: -0.1 per minute is negative"),
    ],
)
def test_what_no_body_can_be_given(call, words):
    with pytest.raises(pk.DoseError, match=words):
        call()


def test_levels_are_real_where_numpy_calls_every_eigenvalue_complex(monkeypatch):
    times, plain = [1.0, 50.0], np.linalg.eig
    dose = Dose(30, 0, 40)
    expected = pk.model("Domino").level(dose, times)
    monkeypatch.setattr(np.linalg, "eig", lambda rates: [x + 0j for x in plain(rates)])
    found = pk.model("Domino").level(dose, times)
    assert found.dtype == float and (found == expected).all()
