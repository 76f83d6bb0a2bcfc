#!/bin/sh
# Installs the wheel of a release with pip, once into each Python that is named, and takes the tour with it:
#
#   sh packaging/wheel.sh DIST PICTURES PYTHON...       (python3.11 python3.12 python3.13)
#
# For maintainers; with a screen in DISPLAY the tour is a real window, else Qt's own. Shows for each Python, in a fresh environment far
# from the checkout: the command is there, its resources too, the tour comes out (PICTURES/VERSION-OF-PYTHON), and the menu entry is valid.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
wheel=$(ls "$1"/crosstrade_desk-*.whl)
wheel=$(CDPATH='' cd -- "$(dirname -- "$wheel")" && pwd -P)/$(basename "$wheel")
mkdir -p "$2"
pictures=$(CDPATH='' cd -- "$2" && pwd -P)
shift 2

fail() {
    printf 'wheel.sh: %s\n' "$*" >&2
    exit 1
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/crosstrade-desk-wheel.XXXXXX")
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$folder"
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV
export CROSSTRADE_DESK_HOME="$folder/home" XDG_DATA_HOME="$folder/share" LC_ALL=C.UTF-8
if [ -z "${DISPLAY:-}" ]; then export QT_QPA_PLATFORM=offscreen; fi

try() {
    name=$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    printf '\n=== Python %s\n' "$name"
    "$1" -m venv "$name" || fail "Python $name makes no environment."
    # The versions that were checked; pip alone, without the hashes, takes the wheel along.
    "$name/bin/pip" install --quiet --disable-pip-version-check -c "$folder/checked" "$wheel" || fail "pip $name does not install it."
    desk=$name/bin/crosstrade-desk
    "$desk" about
    "$desk" tour --out "$pictures/$name" >"$name/tour.log" || fail "the tour failed: $(tail -n 1 "$name/tour.log")"
    tail -n 1 "$name/tour.log"
    "$desk" install-desktop-entry
    if command -v desktop-file-validate >/dev/null; then
        desktop-file-validate share/applications/crosstrade-desk.desktop || fail 'the menu entry is not valid.'
    fi
    "$desk" install-desktop-entry --remove
    rm -rf "$name"
}

sed -e 's/ \\$//' -e '/^ *--hash=/d' "$root/packaging/requirements.txt" >checked
for python; do try "$python"; done
printf '\n=== proven\n'
