"""What the build would do over and over, it does once.

For each citation pybtex asks the Python environment anew which plugins are installed, and the
answer takes as long as all files of the installed packages take to read: a third of a build.
"""

import functools

import pybtex.plugin


def remember_plugins(module=pybtex.plugin):
    """Let pybtex keep what it learned about installed plugins."""
    if not hasattr(module.entry_points, "cache_info"):
        module.entry_points = functools.cache(module.entry_points)


def setup(app):
    remember_plugins()
    return {"parallel_read_safe": True, "parallel_write_safe": True}
