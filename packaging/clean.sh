#!/bin/sh
# Installs the package and unpacks the tarball of a release in a fresh Debian, as a trader would, and takes pictures:
#
#   sh packaging/clean.sh SUITE DIST PICTURES       (bookworm or trixie, the folder of the release, where to put them)
#
# For maintainers; as root on Debian, with debootstrap, xvfb, openbox, xdotool and imagemagick installed. Shows, in this order:
#   1. the package installs with what it depends on and nothing else; its program says what it is, its manual page is there;
#   2. an ordinary user opens the window on a screen, and the practice exchange answers: PICTURES/window.png;
#   3. he takes the tour: PICTURES/tour;
#   4. the tarball's program takes it too, and puts itself into the menu: PICTURES/tarball;
#   5. after the package is removed, nothing of it is left in the system.
# The screen is a virtual one of this machine, so that nothing of it is installed there. Looking at the pictures is up to you.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
suite=$1
dist=$(CDPATH='' cd -- "$2" && pwd -P)
mkdir -p "$3"
pictures=$(CDPATH='' cd -- "$3" && pwd -P)

# shellcheck source-path=SCRIPTDIR source=bare_system.sh
. "$root/packaging/bare_system.sh"

screen='' manager=''
clean_up() {
    status=$?
    trap - EXIT
    for started in $manager $screen; do kill "$started" 2>/dev/null || :; done
    rm -rf --one-file-system "$bare"
    exit "$status"
}
trap clean_up EXIT

open_screen() {
    mkfifo "$bare/display"
    exec 3<>"$bare/display"
    Xvfb -displayfd 3 -screen 0 1366x768x24 -nolisten tcp -ac >"$bare/xvfb.log" 2>&1 &
    screen=$!
    DISPLAY=:$(timeout 20 head -n 1 <&3)
    exec 3>&-
    export DISPLAY
    openbox >"$bare/openbox.log" 2>&1 &
    manager=$!
}

system=$bare/root
step "making the smallest Debian from $mirror"
make_system "$system"
open_screen
shared=/tmp/.X11-unix
cp "$dist"/crosstrade-desk_*.deb "$system/srv/desk.deb"
cp "$dist"/crosstrade-desk-*-linux-*.tar.xz "$system/srv/desk.tar.xz"

step 'the package is installed'
inside "$system" '
    apt-get -qq update
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq install -y --no-install-recommends /srv/desk.deb >/srv/log 2>&1 || { tail /srv/log; exit 1; }
    if command -v python3; then echo "clean.sh: this system has a Python"; exit 1; fi
    useradd --create-home trader
    su trader -c "crosstrade-desk --version && crosstrade-desk about"
    test -s /usr/share/man/man1/crosstrade-desk.1.gz
    test -s /usr/share/applications/crosstrade-desk.desktop
' || fail 'the package does not install or start'

step 'an ordinary user opens the window'
as_trader="su trader -c 'DISPLAY=$DISPLAY LC_ALL=C.UTF-8 exec crosstrade-desk'"
inside "$system" "$as_trader" >"$bare/window.log" 2>&1 &
window=$!
timeout 60 xdotool search --sync --onlyvisible --name 'CrossTrade Desk' >/dev/null || fail 'no window came up'
# The exchange is there once the program has journalled and read for a moment: its child process is what is waited for.
timeout 30 sh -c 'until pgrep -f "crosstrade-desk practice --json" >/dev/null; do sleep 0.2; done' ||
    fail 'the practice exchange did not start'
sleep 3
import -window root "$pictures/window.png"
xdotool search --onlyvisible --name 'CrossTrade Desk' windowactivate --sync
# To no window by name: xdotool would let go of the keys in the one that is closed, and the screen, which still holds them,
# repeat Alt+F4 into the next window.
xdotool key alt+F4
wait "$window" || fail "the window did not end well: $(cat "$bare/window.log")"

# What a tour that failed left is kept, too: its last picture shows why.
tour() {
    came_out=yes
    inside "$system" "su trader -c 'cd && DISPLAY=$DISPLAY LC_ALL=C.UTF-8 QT_QPA_PLATFORM=xcb $1 tour --out $2'" || came_out=no
    rm -rf "${pictures:?}/$2"
    if [ -d "$system/home/trader/$2" ]; then cp -r "$system/home/trader/$2" "$pictures/$2"; fi
    [ "$came_out" = yes ] || fail "the tour of $1 failed"
}

step 'he takes the tour'
tour crosstrade-desk tour

step 'the package is removed'
# shellcheck disable=SC2016 # for the inner shell
inside "$system" '
    DEBIAN_FRONTEND=noninteractive apt-get -qq purge -y crosstrade-desk >/srv/log 2>&1
    left=$(find / -xdev -name "*crosstrade*" -not -path "/home/*" -not -path "/proc/*" -not -path "/var/lib/apt/*")
    if [ "$left" ]; then echo "$left"; exit 1; fi
' || fail 'the package leaves something behind'

step 'the tarball, unpacked by the user'
# shellcheck disable=SC2016 # for the inner shell
inside "$system" '
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends xz-utils >/srv/log 2>&1
    su trader -c "cd && tar -xf /srv/desk.tar.xz && mv crosstrade-desk-* desk && desk/crosstrade-desk install-desktop-entry"
    su trader -c "cat ~/.local/share/applications/crosstrade-desk.desktop" | grep "^Exec="
' || fail 'the tarball does not unpack or start'
tour desk/crosstrade-desk tarball

step 'proven'
