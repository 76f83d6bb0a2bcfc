#!/bin/sh
# Prepares everything CrossTrade Desk needs inside this checkout and starts it.
#
#   sh packaging/run.sh            the window; without a screen, the tour (pictures of a practice session)
#   sh packaging/run.sh ARGS...    crosstrade-desk ARGS...
#
# On Debian or Ubuntu as root, missing system packages are installed; elsewhere the command to type is printed.

# shellcheck source-path=SCRIPTDIR source=prepare.sh
. "$(dirname -- "$0")/prepare.sh"

# Is there a screen that answers? A variable alone proves nothing: the server may be gone, or refuse us.
screen_answers() {
    if ! on_linux; then return 0; fi
    if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then return 1; fi
    if ! qt_starts; then
        case $qt_said in
        *'could not connect to display'* | *'Failed to create wl_display'*) return 1 ;;
        esac
        # shellcheck disable=SC2086 # lists of names
        install_packages "Qt's system libraries for a window are missing" $qt_packages $xcb_packages || exit 1
        if ! qt_starts; then
            say "$qt_said"
            fail 'Qt cannot open a window on this screen.'
        fi
    fi
    case $qt_said in *'platform: offscreen' | *'platform: minimal') return 1 ;; esac
}

prepare_venv run
need_qt_offscreen
# Qt wants a UTF-8 locale; a bare machine has none set.
if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then export LC_ALL=C.UTF-8; fi

if [ $# -gt 0 ] || screen_answers; then
    exec .venv/bin/crosstrade-desk "$@"
fi

folder=${TMPDIR:-/tmp}
folder=${folder%/}/crosstrade-desk-tour
say 'No screen answers here, so this is the tour: the real window, drawn into pictures during a practice session.'
QT_QPA_PLATFORM=offscreen .venv/bin/crosstrade-desk tour --out "$folder" || fail "The tour failed; what it left is in $folder"
printf '%s\n' "The pictures are in $folder"
