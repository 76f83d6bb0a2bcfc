# shellcheck shell=sh
# Sourced by bare.sh and clean.sh with $suite set: makes Debian systems in $bare, a folder that is removed at the end, and
# runs commands in them. As root on Debian, with debootstrap installed. Packages come from where this machine's own apt gets
# them (or from $MIRROR). Everything mounted lives in a private mount namespace, so nothing stays mounted whatever happens.

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail 'this needs root'
command -v debootstrap >/dev/null || fail 'please type: apt-get install debootstrap'

# shellcheck disable=SC2016 # apt's own format
mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' | head -n 1)}
[ -n "$mirror" ] || fail 'no Debian mirror is configured; name one in MIRROR'

bare=$(mktemp -d "${TMPDIR:-/tmp}/crosstrade-desk-bare.XXXXXX")
trap 'rm -rf --one-file-system "$bare"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# shellcheck disable=SC2154 # set by who sources this
step() { printf '\n=== %s: %s\n' "$suite" "$*"; }

# make_system FOLDER: the smallest Debian of $suite.
make_system() {
    debootstrap --variant=minbase "$suite" "$1" "$mirror" >"$bare/log" 2>&1 || {
        tail -n 20 "$bare/log" >&2
        fail 'debootstrap failed'
    }
    connect "$1"
}

# The machine's way to the network: names, proxy, certificates of its own.
connect() {
    cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
    apt-config dump | grep -E '^Acquire::(http|https|Check)' >"$1/etc/apt/apt.conf.d/90machine" || :
    mkdir -p "$1/usr/local/share/ca-certificates"
    cp -RL /usr/local/share/ca-certificates/. "$1/usr/local/share/ca-certificates/"
}

# inside SYSTEM COMMAND: as root in that system, with a clean environment. The folders in $shared are this machine's.
shared=
inside() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare --mount --pid --fork --kill-child sh -euc '
        mount -t proc proc "$1/proc"
        mount -t tmpfs tmpfs "$1/dev"
        mkdir -m 1777 "$1/dev/shm"
        for device in null zero full random urandom tty; do
            touch "$1/dev/$device"
            mount --bind "/dev/$device" "$1/dev/$device"
        done
        ln -s /proc/self/fd "$1/dev/fd"
        for folder in $3; do
            mkdir -p "$1$folder"
            mount --bind "$folder" "$1$folder"
        done
        exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            ${PIP_INDEX_URL:+PIP_INDEX_URL="$PIP_INDEX_URL"} ${UV_DEFAULT_INDEX:+UV_DEFAULT_INDEX="$UV_DEFAULT_INDEX"} \
            chroot "$1" sh -euc "$2"
    ' sh "$1" "$2" "$shared"
}
