#!/bin/sh
# Makes an AppImage of the frozen program: sh packaging/linux/appimage.sh FROZEN-FOLDER VERSION OUT
#
# A recipe nobody has run yet: it needs `appimagetool` (of the AppImage project), which no registry of packages has. Without --runtime-file
# the tool fetches its runtime from the network; name a kept one in APPIMAGE_RUNTIME to know what goes in.

set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
frozen=$1 version=$2 out=$3
command -v appimagetool >/dev/null || { echo 'appimage.sh: appimagetool is not installed' >&2; exit 1; }

work=$(mktemp -d "${TMPDIR:-/tmp}/crosstrade-desk-appimage.XXXXXX")
trap 'rm -rf "$work"' EXIT
folder=$work/CrossTradeDesk.AppDir
mkdir -p "$folder/usr/lib" "$out"
cp -a "$frozen" "$folder/usr/lib/crosstrade-desk"
cp "$root/resources/desktop/crosstrade-desk.desktop" "$root/resources/icons/crosstrade-desk.svg" "$folder/"
ln -s usr/lib/crosstrade-desk/crosstrade-desk "$folder/AppRun"
appimagetool ${APPIMAGE_RUNTIME:+--runtime-file "$APPIMAGE_RUNTIME"} "$folder" \
    "$out/crosstrade-desk-$version-linux-$(uname -m).AppImage"
