#!/bin/sh
# Makes the Debian package of a frozen program:
#
#   sh packaging/linux/deb.sh FROZEN-FOLDER PYTHON OUT
#
# PYTHON is one that has the program (the manual page is made from its command line). The package takes the system's
# libraries from the system, so that Debian mends them, and carries Python, Qt and what Debian has in no fitting version.
# Prints the name of the file in OUT. Needs dpkg-dev. With SOURCE_DATE_EPOCH the same input gives the same file.

set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$(CDPATH='' cd -- "$here/../.." && pwd -P)
frozen=$1 python=$2 out=$3

version=$("$python" -I -c 'import crosstrade_desk; print(crosstrade_desk.__version__)')
date=$(sed -n "s/^## $version, //p" "$root/packaging/CHANGELOG.md")
[ -n "$date" ] || { echo "deb.sh: CHANGELOG.md does not name $version" >&2; exit 1; }
maintainer='the makers of CrossTrade Desk <crosstrade-desk@localhost>'
architecture=$(dpkg --print-architecture)
system=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)

work=$(mktemp -d "${TMPDIR:-/tmp}/crosstrade-desk-deb.XXXXXX")
trap 'rm -rf "$work"' EXIT
tree=$work/tree own=$work/tree/usr/lib/crosstrade-desk share=$work/tree/usr/share

put() { install -D -m 644 "$1" "$2"; }

mkdir -p "$tree/usr/bin" "$tree/DEBIAN" "$(dirname "$own")"
cp -a "$frozen" "$own"
for library in "$own"/_internal/*.so*; do
    name=$(basename "$library")
    case $name in libpython*) continue ;; esac
    if [ -e "$system/$name" ]; then rm "$library"; fi
done
ln -s ../lib/crosstrade-desk/crosstrade-desk "$tree/usr/bin/crosstrade-desk"
put "$root/resources/desktop/crosstrade-desk.desktop" "$share/applications/crosstrade-desk.desktop"
put "$root/resources/icons/crosstrade-desk.svg" "$share/icons/hicolor/scalable/apps/crosstrade-desk.svg"
put "$here/copyright" "$share/doc/crosstrade-desk/copyright"
put "$root/packaging/CHANGELOG.md" "$share/doc/crosstrade-desk/NEWS"
mkdir -p "$share/metainfo" "$share/man/man1" "$share/lintian/overrides"
sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$date/" "$here/crosstrade-desk.metainfo.xml" \
    >"$share/metainfo/local.crosstrade_desk.desk.metainfo.xml"
"$python" -I "$here/man_page.py" "$date" >"$share/man/man1/crosstrade-desk.1"
printf 'crosstrade-desk (%s) stable; urgency=medium\n\n  * See NEWS.gz beside this file.\n\n -- %s  %s\n' \
    "$version" "$maintainer" "$(LC_ALL=C date -u -R -d "$date")" >"$share/doc/crosstrade-desk/changelog"
gzip -9n "$share/man/man1/crosstrade-desk.1" "$share/doc/crosstrade-desk/NEWS" "$share/doc/crosstrade-desk/changelog"
put "$here/lintian-overrides" "$share/lintian/overrides/crosstrade-desk"

# What the binaries link to is what the package depends on.
find "$own" -type f \( -name '*.so*' -o -perm -u+x \) -exec sh -c 'for file; do
    if [ "$(head -c 4 "$file" | tail -c 3)" = ELF ]; then printf "%s\n" "$file"; fi; done' sh {} + >"$work/binaries"
mkdir "$work/debian"
printf 'Source: crosstrade-desk\n\nPackage: crosstrade-desk\nArchitecture: any\n' >"$work/debian/control"
# shellcheck disable=SC2046 # a list of names without spaces
depends=$(cd "$work" && dpkg-shlibdeps -O --ignore-missing-info --warnings=0 -l"$own/_internal" \
    -l"$own/_internal/PySide6/Qt/lib" -l"$own/_internal/PySide6" -l"$own/_internal/shiboken6" $(cat binaries)) || exit 1
depends=${depends#shlibs:Depends=}

find "$tree" -type d -exec chmod 755 {} +
find "$tree" -type f -exec chmod 644 {} +
chmod 755 "$own/crosstrade-desk"
(cd "$tree" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
cat >"$tree/DEBIAN/control" <<END
Package: crosstrade-desk
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(du -sk --apparent-size "$tree/usr" | cut -f 1)
Depends: $depends
Recommends: gnome-keyring | org.freedesktop.secrets
Suggests: pipewire-bin | pulseaudio-utils | alsa-utils
Section: misc
Priority: optional
Description: order ticket for NinjaTrader 8 through CrossTrade
 A desktop window for people who trade NinjaTrader 8 through CrossTrade's
 webhooks: pick account, instrument, action, quantity and order type, read in
 plain words what will happen, press one button, see what the server said.
 .
 It starts on a practice exchange of its own. Python and Qt are inside.
END
find "$tree" -exec touch --no-dereference --date "@${SOURCE_DATE_EPOCH:-$(date +%s)}" {} +
mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz --build "$tree" "$out" | sed -n "s/.* in '\(.*\)'\.$/\1/p"
