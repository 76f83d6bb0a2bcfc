#!/bin/sh
# The whole check, in one command; .ci/run calls this and nothing else.
#
#   sh packaging/test.sh [--long] [PYTEST-ARGUMENTS...]
#
# --long adds the tests that take minutes, and a hundred times as many generated cases. The tests' secrets are made for
# the run, and all that it leaves is searched for them. Stops at the first part that fails. On Debian or Ubuntu as root,
# missing system packages are installed; elsewhere the command to type is printed and the tests in need of them are
# skipped, except with CI=true, where a missing part fails.

# shellcheck source-path=SCRIPTDIR source=prepare.sh
. "$(dirname -- "$0")/prepare.sh"

long=
for argument; do
    shift
    if [ "$argument" = --long ]; then long=yes; else set -- "$@" "$argument"; fi
done

scratch=$(mktemp -d "${TMPDIR:-/tmp}/crosstrade-desk-test.XXXXXX")
xvfb='' keep=''
clean_up() {
    status=$?
    trap - EXIT
    if [ -n "$xvfb" ]; then kill "$xvfb" 2>/dev/null || :; fi
    if [ "$status" = 0 ] || [ -z "$keep" ]; then rm -rf "$scratch"; fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What the user has set for himself must not decide over the tests; his screen, keyring and proxy stay out of it.
forget_the_user() {
    unset DISPLAY WAYLAND_DISPLAY XDG_SESSION_TYPE XAUTHORITY DBUS_SESSION_BUS_ADDRESS
    unset CROSSTRADE_DESK_HOME PYTHON_KEYRING_BACKEND
    unset PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
    unset QT_QPA_PLATFORM QT_QPA_PLATFORMTHEME QT_STYLE_OVERRIDE QT_SCALE_FACTOR QT_SCREEN_SCALE_FACTORS QT_FONT_DPI
    unset QT_PLUGIN_PATH QT_DEBUG_PLUGINS QT_LOGGING_RULES QT_IM_MODULE
    unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
    export LC_ALL=C.UTF-8
}

# Prints the packages of the tools that are missing. Fonts come with Qt's libraries, and are named for elsewhere.
missing_tools() {
    for pair in Xvfb:xvfb xauth:xauth openbox:openbox xdotool:xdotool import:imagemagick xwininfo:x11-utils \
        gnome-keyring-daemon:gnome-keyring dbus-daemon:dbus-daemon dbus-run-session:dbus-daemon dbus-send:dbus-bin \
        desktop-file-validate:desktop-file-utils man:man-db; do
        command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
    done | sort -u
    if [ ! -x /usr/libexec/at-spi-bus-launcher ]; then echo at-spi2-core; fi
    if [ ! -d /usr/share/fonts/truetype/dejavu ]; then echo fonts-dejavu-core; fi
}

# The window tests' ground: a screen of our own, and Qt on it.
need_xcb() {
    mkfifo "$scratch/display"
    # Opened for both ways, so that neither side waits should the server not start.
    exec 3<>"$scratch/display"
    Xvfb -displayfd 3 -screen 0 640x480x24 -nolisten tcp >"$scratch/xvfb.log" 2>&1 &
    xvfb=$!
    number=$(timeout 20 head -n 1 <&3) || :
    exec 3>&-
    if [ -z "$number" ]; then
        cat "$scratch/xvfb.log" >&2
        say 'Xvfb, the screen of the window tests, does not start.'
        return 1
    fi
    export DISPLAY=":$number"
    # shellcheck disable=SC2086,SC2154 # lists of names, set by prepare.sh
    need_qt xcb $qt_packages $xcb_packages || return 1
    kill "$xvfb"
    wait "$xvfb" 2>/dev/null || :
    xvfb=
    unset DISPLAY
}

need_screen_and_keyring() {
    tools=$(missing_tools)
    if [ -n "$tools" ]; then
        # shellcheck disable=SC2086 # a list of names
        install_packages 'Tools for the window and keyring tests are missing' $tools || return 1
    fi
    need_xcb
}

check() {
    printf '\n== %s\n' "$*"
    "$@" || fail "The check failed at: $*"
}

prepare_venv dev
need_qt_offscreen
forget_the_user
if on_linux && ! need_screen_and_keyring; then
    if [ "${CI:-}" = true ]; then fail 'With CI=true nothing may be missing.'; fi
    say 'Going on without; the tests in need of them say that they are skipped.'
fi

PATH=$root/.venv/bin:$PATH
check ruff format --check .
check ruff check .
check lint-imports --no-logo
check mypy

if [ "$long" ]; then
    export HYPOTHESIS_PROFILE=long
    set -- -q "$@"
else
    # Two at a time, however many cores there are: much of a window's test is waiting, and more would jostle its clocks.
    set -- -q -m 'not long' -n 2 --dist worksteal "$@"
fi
printf '\n== pytest (its files: %s, kept if a test fails)\n' "$scratch"
keep=yes
# Nothing is printed after this: pytest's closing line is the last.
python packaging/marker_run.py "$scratch" "$@"
