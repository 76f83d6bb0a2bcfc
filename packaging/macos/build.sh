#!/bin/sh
# Builds the program for macOS and its disk image: sh packaging/macos/build.sh
#
# Needs macOS 13 or newer, Python 3.11 to 3.13 and the command line tools of Xcode. Leaves dist/crosstrade-desk-VERSION-macos-ARCH.dmg
# for the processor it runs on. Nobody has run it yet.
#
# Signing and notarising, without which Gatekeeper lets nobody open it by a double click:
#   CODESIGN_IDENTITY   the "Developer ID Application: ..." of a paid Apple developer account, in the keychain
#   NOTARY_PROFILE      a profile kept once by: xcrun notarytool store-credentials PROFILE --apple-id ... --team-id ...
# Without them the application is signed for this machine alone (ad hoc), and not notarised.

# shellcheck source-path=SCRIPTDIR source=../prepare.sh
. "$(dirname -- "$0")/../prepare.sh"

[ "$(uname -s)" = Darwin ] || fail 'This script runs on macOS only.'
# shellcheck source-path=SCRIPTDIR source=../freeze.sh
. packaging/freeze.sh

identity=${CODESIGN_IDENTITY:--}
# Under the hardened runtime no library of another signature is loaded, and ad hoc ones have none.
if [ "$identity" = - ]; then hardened=''; else hardened='--timestamp --options runtime'; fi
app="build/frozen/CrossTrade Desk.app"

freeze
"$app/Contents/MacOS/crosstrade-desk" about
"$app/Contents/MacOS/crosstrade-desk" tour --out build/tour

# shellcheck disable=SC2086 # options, or none
sign() { codesign --force $hardened --sign "$identity" "$@"; }

# From the inside out: every library and program, then the whole. The loader is the one that makes code while it runs.
find "$app/Contents/Frameworks" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) >build/inside
find "$app/Contents/Frameworks" -type d -name '*.framework' >>build/inside
while read -r part; do sign "$part"; done <build/inside
sign --entitlements packaging/macos/entitlements.plist "$app"
codesign --verify --deep --strict "$app"

# The disk image: the application and a link to where it goes.
image="dist/crosstrade-desk-$version-macos-$(uname -m).dmg"
folder=build/image
mkdir -p "$folder" dist
cp -R "$app" "$folder/"
ln -s /Applications "$folder/Applications"
hdiutil create -volname "CrossTrade Desk $version" -srcfolder "$folder" -format UDZO -ov "$image"
sign "$image"

if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
say "$image"
