"""What both runs of changes share: copies of the course, the draw, and what is told.

The draw is seeded; KETANET_MUTANTS says how many are drawn, KETANET_SEED from which seed.
Changes that alter nothing anybody could see stand in ``equivalent.txt``, each with a reason.
"""

import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOAL, SECONDS = 0.97, 300
KNOWN = {
    line.split("  # ")[0] for line in (HERE / "equivalent.txt").read_text("utf-8").splitlines()
}


def draw(groups, number, each):
    """Some of each group, and others up to a number of them all."""
    number = int(os.environ.get("KETANET_MUTANTS", number))
    chance = random.Random(int(os.environ.get("KETANET_SEED", 20261127)))
    groups = [[one for one in group if one[2] not in KNOWN] for group in groups]
    picked = [one for group in groups for one in chance.sample(group, min(each, len(group)))]
    rest = [one for group in groups for one in group if one not in picked]
    return picked + chance.sample(rest, max(0, min(number - len(picked), len(rest))))


def pytest(copy, *words):
    """What pytest prints when it fails in a copy of the course; nothing if it does not."""
    command = [sys.executable, "-m", "pytest", "-xq", "-rfE", "-p", "no:cacheprovider", *words]
    own = {"NUMBA_CACHE_DIR": str(copy / "numba"), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=os.environ | own, capture_output=True, text=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return "too long"
    return done.stdout + done.stderr if done.returncode else ""


def tell(picked, total, judge):
    """Judge each change (its kind, its place, its words) in a copy; tell what nobody noticed.

    Returns
    -------
    bool
        Whether less than `GOAL` was noticed.
    """
    drawn, caught = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        copies = SimpleQueue()
        for number in range(os.cpu_count()):
            copies.put(copy := Path(folder) / str(number))
            aside = shutil.ignore_patterns(".*", "_build", "__pycache__")
            shutil.copytree(ROOT, copy, ignore=aside)

        def noticed(one):
            copy = copies.get()
            try:
                return judge(copy, *one[:2])
            finally:
                copies.put(copy)

        for one, seen in zip(picked, pool.map(noticed, picked), strict=True):
            drawn[one[0]] += 1
            caught[one[0]] += bool(seen)
            if not seen:
                print("missed ", one[2], flush=True)
            elif "KETANET_TOLD" in os.environ:
                print("noticed", one[2], "<-", seen, flush=True)
    share = caught.total() / drawn.total()
    for kind in drawn:
        print(f"{caught[kind]:3} of {drawn[kind]:2}  {kind}")
    print(f"{drawn.total()} of {total} changes drawn, {share:.1%} caught")
    return share < GOAL
