"""Run the notebooks ahead of the read, side by side, and never serve a stale output.

Jupyter Book reuses an output as long as the notebook's code is the same, even after the
package that the notebook imports has changed. Here the cache is named after everything an
output depends on besides the notebook itself: the package with its tables, the list of
data files, which data behind the opt-in door are here, the lock and the Python version.
When one of them changes, the cache is new and empty.
"""

import atexit
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from jupyter_client import AsyncKernelManager
from myst_nb.core.read import create_nb_reader
from sqlalchemy.exc import DatabaseError
from traitlets.config import Config

from builder.progress import say
from builder.unchanged import ROOT
from ketanet import restricted
from ketanet.exercises import SHOW_ANSWERS

SUM = "sha256 of the outputs"
NURSERY = Path(__file__).with_name("nursery.py")


def fingerprint(root):
    """Hash of all that an output depends on, the notebook itself left out.

    Parameters
    ----------
    root : pathlib.Path
        The folder that holds the package and the lock.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    package = [f for f in (root / "ketanet").rglob("*") if f.suffix in (".py", ".toml", ".csv")]
    opened = [name for name in restricted.DATASETS if restricted.here(name)]
    return _digest(root, [*sorted(package), root / "requirements.txt"], *opened)


def _digest(root, files, *names):
    digest = hashlib.sha256(repr((sys.version_info[:3], names)).encode())
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def name_cache(app, config):
    """Point Jupyter Book at the cache of this state of the course; drop the older ones.

    Pages are also made from the extensions and the ledger: when one of them changes, so
    does ``course_state``, and Sphinx reads every page again.
    """
    root = Path(app.srcdir)
    made_from = [
        file
        for folder in ("_ext", "_live", "_static", "evidence")
        for file in (root / "book" / folder).rglob("*")
        if file.suffix in (".py", ".html", ".myst", ".css", ".js", ".yml")
    ]
    config.course_state = _digest(root, sorted(made_from))
    caches = root / "_build" / ".jupyter_cache"
    current = caches / fingerprint(root)
    for old in caches.glob("*"):
        if old != current:
            shutil.rmtree(old)
    if sys.platform == "linux" and not current.exists():
        nursery()  # it loads the libraries while Sphinx begins
    current.mkdir(parents=True, exist_ok=True)
    config.nb_execution_cache_path = str(current)


def run_notebooks(app, env, docnames):
    """Execute the notebooks among the pages to read whose output is not in the cache."""
    cache = open_cache(app.config.nb_execution_cache_path)
    waiting = []
    for docname in docnames:
        path = Path(env.doc2path(docname))
        text = path.read_text("utf-8")
        reader = create_nb_reader(path, env.myst_config, env.mystnb_config, text)
        if reader is None:
            continue
        notebook = reader.read(text)
        if not holds(cache, notebook):
            waiting.append((docname, path, notebook))
    if not waiting:
        return

    # The longest first, as far as the length of its code tells: no core idles at the end.
    waiting.sort(key=lambda item: _length(item[2]), reverse=True)
    os.environ[SHOW_ANSWERS] = "1"  # what is run here becomes pages
    workers = min(os.cpu_count() or 1, len(waiting))
    say(f"running {len(waiting)} notebook(s), {workers} at a time")
    failed, done = [], 0
    with ThreadPoolExecutor(workers) as pool:
        timeout = app.config.nb_execution_timeout
        runs = {}
        for docname, path, notebook in waiting:
            runs[pool.submit(_run, path, notebook, timeout)] = docname, path
        for run in as_completed(runs):
            docname, path = runs[run]
            done += 1
            if error := run.exception() or run.result().err:
                failed.append(f"{path.name}: {_reason(error)}")
                say(f"  {done} of {len(runs)}: {docname} FAILED")
                continue
            result = run.result()
            data = {"execution_seconds": result.time, SUM: _sum(result.nb)}
            bundle = CacheBundleIn(result.nb, str(path), data=data)
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            say(f"  {done} of {len(runs)}: {docname} took {result.time:.0f} s")
    if failed:
        # Not an ExtensionError: Jupyter Book would bury the message in a traceback of its own.
        sys.exit("The book is not built: a notebook does not run\n  " + "\n  ".join(sorted(failed)))


def open_cache(folder):
    """The cache of outputs; one that cannot be read is emptied."""
    cache = get_cache(folder)
    try:
        cache.list_cache_records()
    except (DatabaseError, RuntimeError):  # no database; or one without its tables
        say("the cache of outputs is damaged: all notebooks run again")
        shutil.rmtree(folder)
        cache = get_cache(folder)
        cache.list_cache_records()
    return cache


def holds(cache, notebook):
    """Whether the cache has the outputs of a notebook, as they were when it was run."""
    try:
        record = cache.match_cache_notebook(notebook)
    except KeyError:
        return False
    try:
        sound = record.data.get(SUM) == _sum(cache.get_cache_bundle(record.pk).nb)
    except (KeyError, ValueError, AttributeError):  # gone, or no notebook any more
        sound = False
    if not sound:
        say(f"the cached outputs of {record.uri} are damaged: it runs again")
    return sound


def _sum(notebook):
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()


@functools.cache
def nursery():
    """The process that forks our kernels, started at the first call, and the path of its socket.

    It ends with this process. Only Linux forks what has loaded libraries of numbers safely.
    """
    folder = TemporaryDirectory(prefix="nursery-")
    environment = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"} | os.environ
    process = subprocess.Popen(
        [sys.executable, NURSERY, f"{folder.name}/socket"],
        stdin=subprocess.PIPE, env=environment, cwd=ROOT,
    )  # fmt: skip

    def close():
        process.stdin.close()
        process.wait()
        folder.cleanup()

    atexit.register(close)
    return process, Path(folder.name) / "socket"


class ForkedKernel(AsyncKernelManager):
    """A kernel that the nursery forks."""

    def format_kernel_cmd(self, extra_arguments=None):
        """Ask the nursery, when it is ready."""
        process, address = nursery()
        while not address.exists():
            if process.poll() is not None:
                raise RuntimeError("the process that loads the libraries for all kernels has ended")
            time.sleep(0.05)
        return [sys.executable, "-IS", NURSERY, str(address), self.connection_file]


@contextmanager
def kernel_settings():
    """Settings for one kernel that is spoken to without a network.

    A machine whose network is cut may have no loopback either, so the sockets lie in the
    file system, each kernel's in a folder of its own. Windows has no such sockets.
    A kernel takes one thread, unless the environment says otherwise.

    Yields
    ------
    traitlets.config.Config
    """
    for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(threads, "1")  # notebooks run side by side
    with TemporaryDirectory(prefix="kernel-") as folder:
        sockets = {"transport": "ipc", "ip": f"{folder}/socket"}
        settings = Config(KernelManager=sockets if os.name == "posix" else {})
        if sys.platform == "linux":
            settings.NotebookClient.kernel_manager_class = ForkedKernel
        yield settings


def _length(notebook):
    return sum(len(cell.source) for cell in notebook.cells if cell.cell_type == "code")


def _run(path, notebook, timeout):
    with kernel_settings() as settings:
        return single_nb_execution(
            notebook,
            cwd=str(path.parent),
            timeout=timeout,
            allow_errors=False,
            config=settings,
            coalesce_streams=True,  # in how many pieces a kernel sends a text is chance
        )


def _reason(error):
    """The exception in one line, with the first line of the cell that raised it."""
    if not hasattr(error, "ename"):  # no cell raised: the kernel died, or took too long
        return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    cell = error.traceback.split("------------------")[1]
    code = next(line for line in cell.splitlines() if line)
    return f"{error.ename}: {error.evalue} (in the cell that begins {code!r})"


def setup(app):
    app.add_config_value("course_state", "", "env")
    app.connect("config-inited", name_cache)
    app.connect("env-before-read-docs", run_notebooks)
