# shellcheck shell=sh
# Sourced by run.sh and test.sh: everything they share about making a checkout ready.
#
# Afterwards the current folder is the checkout, and `.venv` (packages) and, where a uv was missing, `.uv` stand in it.
# Nothing outside the checkout is touched but uv's cache of downloads and, as root on Debian or Ubuntu, missing system
# packages (apt-get).
# Safe to repeat: what is there already is only looked at.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
cd "$root"

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

on_linux() { [ "$(uname -s)" = Linux ]; }

# --- system packages -----------------------------------------------------------------------------------------------

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Prints those of the packages that are missing, by the name they have on this release.
missing_packages() {
    missing=
    for package; do
        if apt-cache show "${package}t64" >/dev/null 2>&1; then package=${package}t64; fi
        installed "$package" || missing="$missing $package"
    done
    printf '%s\n' "${missing# }"
}

# install_packages REASON PACKAGE...: installs what is missing, or prints the one command to type and returns 1.
install_packages() {
    reason=$1
    shift
    if may_install; then
        say "$reason: installing system packages with apt-get ..."
        # A foreign source that cannot be reached must not stop us; the installation itself tells.
        DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null 2>&1 || :
    elif ! command -v dpkg-query >/dev/null; then
        say "$reason. Please install what Debian calls: $*"
        return 1
    fi
    # shellcheck disable=SC2046 # a list of names
    set -- $(missing_packages "$@")
    if [ $# -eq 0 ]; then return 0; fi
    if ! may_install; then
        say "$reason. Please type:"
        say "  sudo apt-get install -y --no-install-recommends $*"
        return 1
    fi
    if ! apt_said=$(DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 install -y \
        --no-install-recommends "$@" 2>&1 </dev/null); then
        printf '%s\n' "$apt_said" | tail -n 15 >&2
        say "apt-get could not install: $*"
        return 1
    fi
}

# --- Python and uv -------------------------------------------------------------------------------------------------

suits() {
    "$1" -I -S -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1
}

# Sets $python to the first Python that suits.
find_python() {
    pyenv=${PYENV_ROOT:-${HOME:-}/.pyenv}
    for python in python3.13 python3.12 python3.11 python3 \
        "$pyenv"/shims/python3.1[123] "$pyenv"/versions/3.1[123]*/bin/python3; do
        if suits "$python"; then return 0; fi
    done
    python=$(uv python find --system '>=3.11,<3.14' 2>/dev/null) && suits "$python"
}

need_python() {
    if find_python; then return 0; fi
    if ! command -v python3 >/dev/null && command -v apt-get >/dev/null; then
        install_packages 'Python is missing' python3 python3-venv ca-certificates || exit 1
        if find_python; then return 0; fi
    fi
    say 'CrossTrade Desk needs Python 3.11, 3.12 or 3.13, and none was found. Please install one, for example with:'
    if on_linux; then fail '  uv python install 3.13'; else fail '  brew install python@3.13'; fi
}

# Sets $uv: the user's, or our own in .uv.
need_uv() {
    for uv in uv .uv/bin/uv; do
        if "$uv" --version >/dev/null 2>&1; then return 0; fi
    done
    if ! "$python" -I -c 'import ensurepip, venv' 2>/dev/null; then
        venv_package=$("$python" -I -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        install_packages 'Python cannot make virtual environments yet' "$venv_package" ca-certificates || exit 1
    fi
    say 'Preparing uv, the package installer (about 60 MB, once) ...'
    rm -rf .uv
    "$python" -m venv .uv || fail 'Could not make the folder .uv in the checkout.'
    .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r packaging/requirements-uv.txt || fail 'Could not install uv with pip; is the network or the proxy set?'
}

# What uv shall know of this machine: it does not read pip's settings and brings its own idea of trusted certificates.
tell_uv() {
    export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
    if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        if [ -x .uv/bin/python ]; then pip=.uv/bin/python; else pip=$python; fi
        index=${PIP_INDEX_URL:-$("$pip" -m pip config get global.index-url 2>/dev/null || :)}
        if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; fi
    fi
    if [ -z "${SSL_CERT_FILE:-}" ] && [ -s /etc/ssl/certs/ca-certificates.crt ]; then
        export SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
    fi
    if [ -z "${UV_CACHE_DIR:-}" ] && [ ! -w "${HOME:-/nonexistent}" ]; then
        export UV_CACHE_DIR="$root/.uv/cache"
    fi
}

# --- .venv ---------------------------------------------------------------------------------------------------------

# Made by us for this very folder (its scripts name it), by a Python that suits and still works.
venv_is_sound() { [ "$(cat .venv/.root 2>/dev/null || :)" = "$root" ] && suits .venv/bin/python; }

checksum() { cat "$@" | cksum; }

# prepare_venv run|dev: .venv holds the locked packages and the project itself, editable.
# .venv/.packages and .venv/.project say what was installed last. A dev environment serves run.sh as well.
prepare_venv() {
    wanted=$1
    locked=$(checksum packaging/requirements*.txt)
    project=$(checksum pyproject.toml crosstrade_desk/__init__.py)
    if venv_is_sound; then
        packages_now=$(cat .venv/.packages 2>/dev/null || :)
        project_now=$(cat .venv/.project 2>/dev/null || :)
    else
        packages_now='' project_now=''
    fi
    case $packages_now in
    "dev $locked" | "$wanted $locked") if [ "$project_now" = "$project" ]; then return 0; fi ;;
    esac

    need_python
    need_uv
    tell_uv
    if ! venv_is_sound; then
        say "Making .venv with $("$python" -V) ..."
        rm -rf .venv
        "$uv" venv --quiet --python "$python" .venv || fail 'Could not make .venv in the checkout.'
        printf '%s\n' "$root" >.venv/.root
    fi
    case $packages_now in
    "dev $locked" | "$wanted $locked") ;;
    *)
        say 'Preparing Python packages (about 250 MB the first time) ...'
        rm -f .venv/.packages .venv/.project
        if [ "$wanted" = dev ]; then
            # Exactly these: a package no longer named must not help the tests to pass.
            "$uv" pip sync --quiet --python .venv/bin/python --require-hashes \
                packaging/requirements-dev.txt packaging/requirements-build.txt
        else
            "$uv" pip install --quiet --python .venv/bin/python --require-hashes \
                -r packaging/requirements.txt -r packaging/requirements-build.txt
        fi || fail 'Could not install the Python packages; is the network or the proxy set?'
        printf '%s\n' "$wanted $locked" >.venv/.packages
        ;;
    esac
    "$uv" pip install --quiet --offline --python .venv/bin/python --no-build-isolation --no-deps --reinstall -e . ||
        fail 'Could not install CrossTrade Desk itself into .venv.'
    printf '%s\n' "$project" >.venv/.project
}

# --- Qt ------------------------------------------------------------------------------------------------------------

qt_packages='libglib2.0-0 libgl1 libegl1 libxkbcommon0 libfontconfig1 libdbus-1-3 libgssapi-krb5-2'
xcb_packages='libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0'

# Qt ends the process by abort() where it cannot start; leaving from its message handler spares us the core file.
qt_probe='
import os, sys
from PySide6 import QtCore, QtDBus, QtGui, QtNetwork, QtSvg, QtWidgets

def show(kind, context, text):
    print(text, file=sys.stderr, flush=True)
    if kind == QtCore.QtMsgType.QtFatalMsg:
        os._exit(1)

QtCore.qInstallMessageHandler(show)
print("platform:", QtGui.QGuiApplication(["probe"]).platformName())
'

# qt_starts [PLATFORM]: can Qt start there (or, with no name, where it would by itself)? $qt_said holds its words.
qt_starts() {
    qt_said=$(
        exec 2>&1
        if [ $# -gt 0 ]; then export QT_QPA_PLATFORM="$1"; fi
        timeout 20 .venv/bin/python -I -c "$qt_probe"
    )
}

# need_qt PLATFORM PACKAGE...: Qt must start there, with these packages installed if it does not yet.
need_qt() {
    platform=$1
    shift
    if qt_starts "$platform"; then return 0; fi
    install_packages "Qt's system libraries are missing" "$@" || return 1
    if qt_starts "$platform"; then return 0; fi
    say "$qt_said"
    say "Qt does not start on this machine (platform $platform)."
    return 1
}

# Qt as far as it goes without a screen.
need_qt_offscreen() {
    # shellcheck disable=SC2086 # lists of names
    if on_linux; then need_qt offscreen $qt_packages $xcb_packages || exit 1; fi
}
