#!/bin/sh
# Writes the locked requirements anew from pyproject.toml: sh packaging/lock.sh [--upgrade]
# Without --upgrade only what no longer fits changes. For maintainers; needs the network.

# shellcheck source-path=SCRIPTDIR source=prepare.sh
. "$(dirname -- "$0")/prepare.sh"

need_python
need_uv
tell_uv

lock() {
    file=packaging/$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        -o "$file" "$@" || fail "Could not write $file."
}

# Each leans on the one before, so that one environment can hold them all.
lock requirements.txt pyproject.toml "$@"
lock requirements-dev.txt pyproject.toml --group dev -c packaging/requirements.txt "$@"
lock requirements-build.txt --group build -c packaging/requirements-dev.txt "$@"
lock requirements-freeze.txt --group freeze -c packaging/requirements-build.txt -c packaging/requirements-dev.txt "$@"
lock requirements-parts.txt --group parts "$@"
lock requirements-uv.txt --group uv "$@"
