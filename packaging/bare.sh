#!/bin/sh
# Proves on a bare machine that run.sh and test.sh need nothing but Debian's smallest system and the network:
#
#   sh packaging/bare.sh [SUITE [PYTEST-ARGUMENTS...]]       (bookworm, -k protocol)
#
# For maintainers; as root on Debian, with debootstrap installed. Makes two fresh systems in a folder under
# ${TMPDIR:-/tmp} (about 2 GB, removed at the end), copies the working tree in and shows, in this order:
#   1. an ordinary user without Qt's libraries gets the one command to type; after root typed it, the program starts;
#   2. root without even Python: the program starts, everything installs itself;
#   3. a second start, with the network cut off;
#   4. the whole check with the arguments given, and the program after it, again without the network.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)

suite=${1:-bookworm}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- -k protocol

# shellcheck source-path=SCRIPTDIR source=bare_system.sh
. "$root/packaging/bare_system.sh"

# The working tree goes in.
furnish() {
    mkdir -p "$1/srv/desk"
    (cd "$root" && git ls-files -z --cached --others --exclude-standard |
        tar -c --null --files-from=- --ignore-failed-read 2>/dev/null) | tar -x -C "$1/srv/desk" --no-same-owner
}

# shellcheck disable=SC2016 # for the inner shell
prelude='
    cd /srv/desk
    timed() {
        start=$(date +%s%N)
        "$@"
        echo "($(( ($(date +%s%N) - start) / 1000000 )) ms)"
    }
'

# in_tree SYSTEM COMMAND: as root in that system, in the copied tree.
in_tree() { inside "$1" "$prelude$2"; }

# Nothing but the loopback there, and that down.
offline='unshare --net'
quoted=$(printf " '%s'" "$@")

step "making the smallest Debian from $mirror"
make_system "$bare/root"
furnish "$bare/root"
cp -a "$bare/root" "$bare/user"

step 'an ordinary user, Python there, Qt libraries missing'
# shellcheck disable=SC2016 # for the inner shell
in_tree "$bare/user" '
    apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends python3 python3-venv ca-certificates \
        >/dev/null 2>&1
    useradd --create-home trader
    chown -R trader /srv/desk
    as_trader() { su trader -c "cd /srv/desk && $*"; }

    status=0
    said=$(as_trader sh packaging/run.sh --version 2>&1) || status=$?
    printf "%s\n(exit %s)\n" "$said" "$status"
    [ "$status" = 1 ] || { echo "bare.sh: run.sh should have refused"; exit 1; }
    command=$(printf "%s\n" "$said" | sed -n "s/^  sudo //p")
    [ -n "$command" ] || { echo "bare.sh: run.sh named no command"; exit 1; }
    echo "--- root types it"
    DEBIAN_FRONTEND=noninteractive $command >/dev/null 2>&1
    as_trader sh packaging/run.sh --version
    echo "--- the check names its tools and, with CI=true, fails"
    status=0
    as_trader CI=true sh packaging/test.sh || status=$?
    [ "$status" = 1 ] || { echo "bare.sh: test.sh should have failed"; exit 1; }
    echo "--- without CI=true it goes on"
    as_trader sh packaging/test.sh --version
' || fail 'the ordinary user is not served as promised'
rm -rf --one-file-system "$bare/user"

step 'root, no Python, no Qt libraries: the first start'
in_tree "$bare/root" '
    if command -v python3; then echo "bare.sh: this system is not bare"; exit 1; fi
    timed sh packaging/run.sh --version
' || fail 'the first start failed'

step 'the second start, without a network'
in_tree "$bare/root" "timed $offline sh packaging/run.sh --version" || fail 'the second start failed'

step "the check:$quoted"
in_tree "$bare/root" "CI=true sh packaging/test.sh$quoted" || fail 'the check failed'

step 'the program after the check, without a network'
in_tree "$bare/root" "timed $offline sh packaging/run.sh --version" || fail 'the program fails after the check'

step 'proven'
