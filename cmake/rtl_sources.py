# SPDX-License-Identifier: Apache-2.0
#
# Which RTL files a module needs: reads rtl/files.cmake, follows the names in the source text.

import re
from pathlib import Path

RTL = Path(__file__).resolve().parent.parent / "rtl"


def _cmake_list(name):
    text = (RTL / "files.cmake").read_text(encoding="utf-8")
    body = re.search(rf"set\({name}\s+([^)]*)\)", text).group(1)
    return [word for word in re.sub(r"#.*", "", body).split() if word]


def package_files():
    """All packages that exist, in compile order."""
    return [RTL / name for name in _cmake_list("EL_RTL_PACKAGES") if (RTL / name).exists()]


def module_dirs():
    """The directories that hold modules."""
    return [RTL / name for name in _cmake_list("EL_RTL_DIRS") if (RTL / name).is_dir()]


def closure(roots, extra_dirs=()):
    """The stems of every file that the files `roots` name, directly or not."""
    paths = {path.stem: path for directory in [*module_dirs(), *map(Path, extra_dirs)]
             for path in directory.glob("el_*.sv")}
    paths.update({path.stem: path for path in package_files()})
    seen, pending = set(), [Path(root) for root in roots]
    while pending:
        text = re.sub(r"//.*", "", pending.pop().read_text(encoding="utf-8"))
        fresh = (set(re.findall(r"\bel_\w+", text)) & paths.keys()) - seen
        seen |= fresh
        pending += [paths[stem] for stem in fresh]
    return seen


def packages_for(roots, extra_dirs=()):
    """The packages that the files `roots` need, in compile order."""
    used = closure(roots, extra_dirs)
    return [path for path in package_files() if path.stem in used]
