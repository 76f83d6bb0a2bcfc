#!/bin/sh
# The tour in every look and size, to be looked at one by one.
#   sh packaging/gallery.sh [FOLDER]     needs xvfb-run and openbox
set -eu
cd "$(dirname "$0")/.."
out=${1:-gallery}
# Keys go to the window that is active, and without a window manager none is.
with_manager='openbox & sh packaging/run.sh "$@"; code=$?; kill $!; exit $code'
for look in dark light high-contrast; do
    for scale in 100 150 200; do
        folder=$out/$look-$scale
        rm -rf "$folder"
        xvfb-run -a -s "-screen 0 2732x1536x24" sh -c "$with_manager" tour \
            tour --out "$folder" --look "$look" --scale "$scale"
    done
done
