"""A process that has loaded the libraries of the course, and forks each kernel from itself.

Every notebook begins in a new kernel, and each would load matplotlib, nilearn and scikit-learn
again: some four seconds a chapter. Here they are loaded once. A fork is as fresh as a new
process: nothing but imports has run in it.

Run as a script with the path of a socket, this file is the nursery; it ends with whoever holds
its standard input. With a connection file as well, it stands in for one kernel: it asks for the
fork, and lives as long as that lives.
"""

import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import threading
from contextlib import suppress

LOADED = [
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "myst_nb",
    "nilearn.glm.first_level",
    "nilearn.plotting",
    "statsmodels.formula.api",
]
"""Besides every module of the package."""


def serve(address):
    """Load the libraries, then fork a kernel for whoever asks, until standard input ends."""
    package = importlib.import_module("ketanet")
    own = [f"ketanet.{one.name}" for one in pkgutil.iter_modules(package.__path__)]
    # A module that cannot be loaded is the business of the notebook that wants it.
    for name in [*LOADED, *own]:
        with suppress(Exception):
            importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the kernels
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(f"{address}.new")
    listener.listen()
    os.rename(f"{address}.new", address)  # from here on it can be asked
    with selectors.DefaultSelector() as waiting:
        waiting.register(listener, selectors.EVENT_READ)
        waiting.register(sys.stdin, selectors.EVENT_READ)
        while all(key.fileobj is listener for key, _ in waiting.select()):
            door, _ = listener.accept()
            if not os.fork():
                break
            door.close()
        else:
            return
    listener.close()
    become(door)


def become(door):
    """Turn this fork into the kernel that is asked for at the door."""
    asked = json.loads(door.makefile().readline())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    for name in ("random", "numpy.random"):  # else all forks would draw alike
        importlib.import_module(name).seed()
    threading.Thread(target=lambda: door.recv(1) or os._exit(1), daemon=True).start()
    from ipykernel.kernelapp import IPKernelApp

    parent = f"--IPKernelApp.parent_handle={os.getppid()}"  # it ends with the nursery
    IPKernelApp.launch_instance(argv=["-f", asked["file"], parent])


def stand_in(address, file):
    """Ask for a kernel, and end when it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the kernel is told by message
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(address)
        asked = {"file": file, "folder": os.getcwd(), "environment": dict(os.environ)}
        door.sendall(json.dumps(asked).encode() + b"\n")
        door.recv(1)


if __name__ == "__main__":
    (stand_in if len(sys.argv) > 2 else serve)(*sys.argv[1:])
