#!/bin/sh
# The tour in every look and size, and a sheet of each, to be looked at one by one.
#   sh packaging/gallery.sh [FOLDER]     needs Xvfb's xvfb-run, and ImageMagick's montage for the sheets
set -eu
cd "$(dirname "$0")/.."
out=${1:-gallery}
for look in dark light high-contrast; do
    for scale in 100 150 200; do
        folder=$out/$look-$scale
        rm -rf "$folder"
        xvfb-run -a -s "-screen 0 2732x1536x24" sh packaging/run.sh tour --out "$folder" --look "$look" --scale "$scale"
        if command -v montage >/dev/null; then
            montage "$folder"/*.png -tile 4x -geometry 960x+6+6 "$out/$look-$scale.jpg"
        fi
    done
done
