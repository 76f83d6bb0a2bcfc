# shellcheck shell=sh
# Sourced after prepare.sh by release.sh and macos/build.sh: makes build/frozen, the program with Python inside.
# shellcheck disable=SC2154,SC2034 # set by prepare.sh, or for who sources this

# The Python to build with. The one of a distribution is preferred on Linux: its own paths name no folder of this machine, and what it
# links to is what the system has.
freezing_python() {
    if on_linux && suits /usr/bin/python3; then python=/usr/bin/python3; else need_python; fi
}

# make_environment FOLDER REQUIREMENTS...: these packages and nothing else.
make_environment() {
    folder=$1
    shift
    "$uv" venv --quiet --clear --python "$python" "$folder" || fail "Could not make $folder."
    for file; do set -- "$@" -r "packaging/$file" && shift; done
    "$uv" pip install --quiet --python "$folder/bin/python" --require-hashes "$@" ||
        fail 'Could not install the Python packages; is the network or the proxy set?'
}

install_wheel() {
    "$uv" pip install --quiet --offline --no-deps --python "$1/bin/python" build/wheel/*.whl || fail 'The wheel cannot be installed.'
}

# Sets $version. Whatever an earlier build left is removed first: it must not go into this one.
freeze() {
    rm -rf build
    freezing_python
    need_uv
    tell_uv
    make_environment build/freeze requirements.txt requirements-freeze.txt requirements-build.txt
    build/freeze/bin/python -m hatchling build -t wheel -d build/wheel || fail 'The wheel cannot be built.'
    install_wheel build/freeze
    version=$(build/freeze/bin/python -I -c 'import crosstrade_desk; print(crosstrade_desk.__version__)')
    # The same input gives the same program.
    PYTHONHASHSEED=1 build/freeze/bin/pyinstaller --noconfirm --log-level WARN --distpath build/frozen --workpath build/work \
        packaging/pyinstaller/crosstrade-desk.spec || fail 'PyInstaller failed.'
    build/freeze/bin/python packaging/pyinstaller/paths_inside.py build/frozen "$root/" "${HOME%/}/" ||
        fail 'The build names folders of this machine.'
}
