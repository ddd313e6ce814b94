"""Write the site as a SCORM 1.2 package whose quizzes report their score.

``make scorm`` calls it when the book is built. The site itself stays as it is.
"""

import re
from pathlib import Path

from pages import chapters, render
from products import downloads

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
TARGET = ROOT / "_build" / "scorm" / f"{downloads.NAME}-scorm12.zip"
REPORT = ROOT / "book" / "_scorm" / "report.js"
WHOLE = re.compile(rf'<a [^>]*{downloads.NAME}\.zip"[^>]*>.*?</a>', re.S)
"""The zip of the whole course stays at home, and with it the links to it."""


def package(site=SITE):
    """The files of the package.

    Parameters
    ----------
    site : pathlib.Path

    Returns
    -------
    dict of str to bytes
        By their names, the manifest first.
    """
    members = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and name != downloads.ZIP and not name.startswith("."):
            data = path.read_bytes()
            if path.suffix == ".html":
                data = WHOLE.sub("", data.decode()).encode()
            members[name] = data
    told = [(path.stem, chapters.title(chapters.read(path))) for path in chapters.CHAPTERS]
    for stem, _ in told:
        page = members[f"notebooks/{stem}.html"].decode()
        head, mark, rest = page.partition("</head>")
        report = '<script src="../report.js"></script>'
        members[f"notebooks/{stem}.html"] = f"{head}{report}{mark}{rest}".encode()
    members["report.js"] = REPORT.read_bytes()
    manifest = render("imsmanifest.xml", chapters=told, files=sorted(members))
    return {"imsmanifest.xml": manifest.encode(), **members}


def main():
    """Write the package and say where it is."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    downloads.write_zip(TARGET, package())
    print(f"The SCORM package: {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
