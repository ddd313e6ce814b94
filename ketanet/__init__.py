"""What the notebooks of "Ketamine and the Networked Brain" import."""

__version__ = "0.1.0"
