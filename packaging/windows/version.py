"""The version resource of the Windows programs, which Explorer shows under Properties, Details."""


def numbers(version: str) -> tuple[int, int, int, int]:
    """Windows wants four numbers: `1.2.3` is (1, 2, 3, 0)."""
    parts = [int(part) for part in version.split(".")]
    first, second, third, fourth = [*parts, 0, 0, 0, 0][:4]
    return first, second, third, fourth


def resource(version: str) -> object:
    """The resource, in PyInstaller's own classes."""
    from PyInstaller.utils.win32.versioninfo import (  # noqa: PLC0415 - not there when the numbers are tested
        FixedFileInfo,
        StringFileInfo,
        StringStruct,
        StringTable,
        VarFileInfo,
        VarStruct,
        VSVersionInfo,
    )

    texts = {
        "CompanyName": "the makers of CrossTrade Desk",
        "FileDescription": "CrossTrade Desk",
        "FileVersion": version,
        "InternalName": "crosstrade-desk",
        "OriginalFilename": "crosstrade-desk.exe",
        "ProductName": "CrossTrade Desk",
        "ProductVersion": version,
    }
    english, unicode = 1033, 1200
    table = StringTable(f"{english:04x}{unicode:04x}", [StringStruct(name, text) for name, text in texts.items()])
    return VSVersionInfo(
        ffi=FixedFileInfo(filevers=numbers(version), prodvers=numbers(version)),
        kids=[StringFileInfo([table]), VarFileInfo([VarStruct("Translation", [english, unicode])])],
    )
