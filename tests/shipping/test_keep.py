"""Of Qt only what the window needs goes into the frozen program, and all that it asks for goes along."""

import pytest

from support.scripts import script

keep = script("pyinstaller/keep.py")
QT = "PySide6/Qt"


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (f"{QT}/plugins/platforms/libqxcb.so", True),
        (f"{QT}/plugins/platforms/libqwayland.so", True),
        (f"{QT}/plugins/platforms/libqoffscreen.so", True),
        ("PySide6/plugins/platforms/qwindows.dll", True),
        (f"{QT}/plugins/platforms/libqcocoa.dylib", True),
        (f"{QT}/plugins/platforms/libqeglfs.so", False),
        (f"{QT}/plugins/iconengines/libqsvgicon.so", True),
        (f"{QT}/plugins/imageformats/libqjpeg.so", False),
        (f"{QT}/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so", False),
        (f"{QT}/plugins/platformthemes/libqgtk3.so", False),
        (f"{QT}/plugins/tls/libqopensslbackend.so", False),
        (f"{QT}/plugins/egldeviceintegrations/libqeglfs-x11-integration.so", False),
        ("PySide6/QtCore.abi3.so", True),
    ],
)
def test_a_plugin_goes_in_if_the_table_names_it(place, wanted):
    assert keep["wanted_plugin"](place) is wanted


@pytest.mark.parametrize(
    ("hook", "system", "wanted"),
    [
        ("entry", "linux", True),
        ("pyi_rth_cryptography_openssl", "linux", True),
        ("pyi_rth_multiprocessing", "linux", False),
        ("pyi_rth_multiprocessing", "win32", False),
        ("pyi_rth_pyside6", "linux", False),
        ("pyi_rth_pyside6", "win32", True),
        ("pyi_rth_pyside6", "darwin", True),
    ],
)
def test_nothing_that_takes_time_runs_before_the_program_unless_it_is_needed(hook, system, wanted):
    assert keep["wanted_hook"](hook, system) is wanted


LINKS = {
    "/s/QtCore.abi3.so": ["libQt6Core.so.6"],
    "/s/libQt6Core.so.6": ["libicu.so.73"],
    "/s/libqxcb.so": ["libxcb.so.1"],
    "/s/libqtvirtualkeyboardplugin.so": ["libQt6Quick.so.6"],
    "/s/libQt6Quick.so.6": ["libQt6Qml.so.6"],
}


def _entry(place: str, kind: str = "BINARY") -> tuple[str, str, str]:
    return place, f"/s/{place.rsplit('/', 1)[-1]}", kind


def test_a_library_goes_in_if_something_inside_asks_for_it():
    binaries = [
        _entry("PySide6/QtCore.abi3.so", "EXTENSION"),
        _entry(f"{QT}/plugins/platforms/libqxcb.so"),
        _entry(f"{QT}/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so"),
        *map(_entry, ("libpython3.11.so.1.0", "libQt6Core.so.6", "libicu.so.73", "libxcb.so.1")),
        *map(_entry, ("libQt6Quick.so.6", "libQt6Qml.so.6")),
    ]
    kept, _ = keep["kept"](binaries, [], lambda file: LINKS.get(file, []))
    assert {place.rsplit("/", 1)[-1] for place, _, _ in kept} == {
        "QtCore.abi3.so",
        "libqxcb.so",
        "libpython3.11.so.1.0",
        "libQt6Core.so.6",
        "libicu.so.73",
        "libxcb.so.1",
    }


def test_translations_lists_of_pip_and_links_to_what_stays_behind_do_not_go_in():
    datas = [
        ("resources/instruments.toml", "/s/instruments.toml", "DATA"),
        (f"{QT}/translations/qtbase_de.qm", "/s/qtbase_de.qm", "DATA"),
        ("keyring-25.7.0.dist-info/RECORD", "/s/RECORD", "DATA"),
        ("keyring-25.7.0.dist-info/entry_points.txt", "/s/entry_points.txt", "DATA"),
        ("libQt6Core.so.6", f"{QT}/lib/libQt6Core.so.6", "SYMLINK"),
        ("libQt6Quick.so.6", f"{QT}/lib/libQt6Quick.so.6", "SYMLINK"),
    ]
    binaries = [_entry("PySide6/QtCore.abi3.so", "EXTENSION"), _entry(f"{QT}/lib/libQt6Core.so.6")]
    _, kept = keep["kept"](binaries, datas, lambda file: LINKS.get(file, []))
    assert [place for place, _, _ in kept] == [
        "resources/instruments.toml",
        "keyring-25.7.0.dist-info/entry_points.txt",
        "libQt6Core.so.6",
    ]
