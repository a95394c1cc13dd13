"""Set the project up from a fresh clone, with nothing but Python: what is there already is left as it is.

    scripts/setup base    what it takes to run the portal
    scripts/setup dev     what it takes to test and check it, too

Programs and libraries of the system are installed where that can be done without asking for a password.
"""

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MACOS = sys.platform == "darwin"
CHROMIUM_ON_MACOS = ("/Applications/Chromium.app", "/Applications/Google Chrome.app")


class Need(NamedTuple):
    """Something of the system: how to see that it is there, and what brings it."""

    found: Callable[[], bool]
    debian: str
    homebrew: str


def module(*names: str) -> Callable[[], bool]:
    return lambda: all(importlib.util.find_spec(name) for name in names)


def library(name: str) -> Callable[[], bool]:
    def found() -> bool:
        if MACOS:
            prefixes = ("/opt/homebrew/lib", "/usr/local/lib")
            return any(Path(prefix, f"{name}.0.dylib").exists() for prefix in prefixes)
        try:
            ctypes.CDLL(f"{name}.so.0")
        except OSError:
            return False
        return True

    return found


def program(*names: str, places: tuple[str, ...] = ()) -> Callable[[], bool]:
    """Found if one of `names` is on the path, or something in one of `places` (patterns)."""
    return lambda: any(map(shutil.which, names)) or any(any(Path("/").glob(place.lstrip("/"))) for place in places)


BASE = [
    Need(module("venv", "ensurepip"), "python3-venv", "python@3.13"),
    Need(library("libpango-1.0"), "libpango-1.0-0", "pango"),
    Need(library("libpangoft2-1.0"), "libpangoft2-1.0-0", "pango"),
    Need(library("libharfbuzz-subset"), "libharfbuzz-subset0", "harfbuzz"),
]
DEV = [
    *BASE,
    Need(
        program("initdb", places=("/usr/lib/postgresql/*/bin/initdb", "/*/*/opt/postgresql@*/bin/initdb")),
        "postgresql",
        "postgresql@17",
    ),
    Need(program("redis-server"), "redis-server", "redis"),
    Need(program("xgettext"), "gettext", "gettext"),
    Need(
        program("chromium", "chromium-browser", "google-chrome", places=CHROMIUM_ON_MACOS),
        "chromium",
        "google-chrome",
    ),
]


def stop(message: str) -> NoReturn:
    sys.exit(f"Set-up stopped: {message}")


def install(needs: list[Need]) -> None:
    """Install what is missing, or stop with the command that does."""
    missing = [need for need in needs if not need.found()]
    if not missing:
        return
    if MACOS:
        command = ["brew", "install", *sorted({need.homebrew for need in missing})]
        allowed = shutil.which("brew") is not None
    else:
        packages = [need.debian for need in missing]
        command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "install", "--yes", "--no-install-recommends", *packages]
        allowed = shutil.which("apt-get") is not None and os.geteuid() == 0
        if os.geteuid() != 0:
            command = ["sudo", *command]
            allowed = passwordless_sudo()
    if not allowed:
        stop(f"something of the system is missing. Install it with: {' '.join(command)}")
    print(f"Installing what is missing: {' '.join(command)}", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    if "apt-get" in command:
        update = [*command[: command.index("apt-get") + 1], "update"]
        subprocess.run(update, stdout=subprocess.DEVNULL, check=False, env=environment)
    if subprocess.run(command, stdout=subprocess.DEVNULL, check=False, env=environment).returncode:
        stop(f"the installation failed. Try it by hand: {' '.join(command)}")
    if still := [need for need in missing if not need.found()]:
        stop(f"not found although installed: {', '.join(need.debian for need in still)}")


def passwordless_sudo() -> bool:
    if not (shutil.which("sudo") and shutil.which("apt-get")):
        return False
    return subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0


def stamp(name: str) -> tuple[Path, str]:
    """Return the file that says what is installed, and what it says if that is up to date."""
    lock = (ROOT / "requirements" / f"{name}.txt").read_bytes()
    return VENV / f"installed-{name}", f"{hashlib.sha256(lock).hexdigest()} in {VENV}\n"


def installed(name: str) -> bool:
    file, content = stamp(name)
    return file.exists() and file.read_text() == content


def make_venv() -> None:
    """Make the virtual environment; anew if it was moved (its scripts name their place) or its Python is gone."""
    home = VENV / "made-in"
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    if works and home.exists() and home.read_text() == str(VENV):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "venv", VENV], check=False).returncode:
        stop("the virtual environment .venv could not be made (Debian: apt-get install python3-venv).")
    home.write_text(str(VENV))


def install_requirements(name: str) -> None:
    """Install requirements/NAME.txt, every file of it checked against its hash."""
    print(f"Installing requirements/{name}.txt into .venv ...", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    if subprocess.run([*pip, "--requirement", f"requirements/{name}.txt"], cwd=ROOT, check=False).returncode:
        stop(f"pip could not install requirements/{name}.txt (is the network there?).")
    if subprocess.run([PYTHON, "-c", "import weasyprint"], capture_output=True, check=False).returncode:
        hint = "use Homebrew's Python (brew install python@3.13), then make clean" if MACOS else "is Pango there?"
        stop(f"WeasyPrint doesn't start: {hint}.")
    file, content = stamp(name)
    file.write_text(content)


def compile_catalogues() -> None:
    """Compile the translations that changed since last time."""
    catalogues = ROOT.glob("locale/*/LC_MESSAGES/*.po")
    compiled = [(po, po.with_suffix(".mo")) for po in catalogues]
    if any(not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime for po, mo in compiled):
        subprocess.run([PYTHON, "manage.py", "compile_catalogues"], cwd=ROOT, check=True)


def main(name: str) -> None:
    install(DEV if name == "dev" else BASE)
    make_venv()
    if not installed(name) and not (name == "base" and installed("dev")):  # dev holds all of base
        install_requirements(name)
    if not (ROOT / ".env").exists():
        shutil.copyfile(ROOT / ".env.example", ROOT / ".env")
    compile_catalogues()


if __name__ == "__main__":
    main(sys.argv[1])
