#!/bin/sh
# Builds all of a release that this system can, into dist/: sh packaging/release.sh
#
#   crosstrade_desk-VERSION-py3-none-any.whl        for pip
#   crosstrade-desk-VERSION-linux-ARCH.tar.xz       the program with Python inside, to be unpacked anywhere
#   crosstrade-desk_VERSION_ARCH.deb                the same for Debian and its kin (where dpkg-dev is installed)
#   crosstrade-desk-VERSION.parts.cdx.json          the software bill of materials, CycloneDX
#   SHA256SUMS                                      of all these
#
# Refuses a checkout with changes, a version that the changelog does not begin with, and failing checks. Checks that passed for this very
# commit (.venv/.checked) are not run again. On macOS call macos/build.sh instead, on Windows windows\build.ps1.

# shellcheck source-path=SCRIPTDIR source=prepare.sh
. "$(dirname -- "$0")/prepare.sh"
# shellcheck source-path=SCRIPTDIR source=freeze.sh
. packaging/freeze.sh

on_linux || fail 'This script is for Linux; see macos/build.sh and windows/build.ps1.'
[ -z "$(git status --porcelain)" ] || fail 'The checkout has changes that are in no commit.'
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

stated=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' crosstrade_desk/__init__.py)
newest=$(sed -n 's/^## \([^,]*\), .*$/\1/p' packaging/CHANGELOG.md | head -n 1)
[ "$stated" = "$newest" ] || fail "The program says it is $stated, and CHANGELOG.md begins with $newest."

if [ "$(cat .venv/.checked 2>/dev/null || :)" != "$commit" ]; then
    CI=true sh packaging/test.sh || fail 'The checks failed: no release.'
    printf '%s\n' "$commit" >.venv/.checked
fi

# step WORDS...: what is done now.
step() { say "== $*"; }

# For text files: stamps that do not depend on when or by whom.
packed() {
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --mode=go=u,go-w \
        --transform "s,^crosstrade-desk,crosstrade-desk-$version," -C build/frozen -c crosstrade-desk | xz -T1
}

# tour PROGRAM: the last check of each build, on a screen of Qt's own.
tour() {
    QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8 "$1" tour --out "build/tour-$2" >"build/tour-$2.log" ||
        fail "The tour of $1 failed: $(tail -n 1 "build/tour-$2.log")"
}

step 'the program with Python inside'
freeze
build/frozen/crosstrade-desk/crosstrade-desk about >&2
tour build/frozen/crosstrade-desk/crosstrade-desk frozen

step 'the wheel'
make_environment build/wheel-alone requirements.txt
install_wheel build/wheel-alone
tour build/wheel-alone/bin/crosstrade-desk wheel

rm -rf dist
mkdir dist
cp build/wheel/*.whl dist/
step 'the tarball'
packed >"dist/crosstrade-desk-$version-linux-$(uname -m).tar.xz"

if command -v dpkg-shlibdeps >/dev/null; then
    step 'the Debian package'
    package=$(sh packaging/linux/deb.sh build/frozen/crosstrade-desk build/freeze/bin/python dist) || fail 'The package cannot be made.'
    if command -v lintian >/dev/null; then
        lintian --allow-root --fail-on error,warning "$package" || fail 'lintian finds faults in the package.'
    fi
else
    say 'No Debian package: dpkg-dev is not installed.'
fi

step 'the bill of materials'
make_environment build/parts requirements-parts.txt
build/parts/bin/cyclonedx-py environment build/wheel-alone/bin/python --pyproject pyproject.toml --output-reproducible \
    --of JSON --output-file build/parts.json || fail 'The bill of materials cannot be made.'
# The tool leaves out a version that pyproject.toml does not state itself.
build/parts/bin/python -I -c '
import json, sys
parts = json.load(sys.stdin)
parts["metadata"]["component"]["version"] = sys.argv[1]
json.dump(parts, sys.stdout, indent=2, sort_keys=True)
' "$version" <build/parts.json >"dist/crosstrade-desk-$version.parts.cdx.json"
build/freeze/bin/python packaging/pyinstaller/paths_inside.py dist "$root/" "${HOME%/}/" || fail 'The release names folders of this machine.'

(cd dist && sha256sum -- * >SHA256SUMS)
cat dist/SHA256SUMS
