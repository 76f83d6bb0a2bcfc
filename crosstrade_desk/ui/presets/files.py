"""Asks for the file of an import or an export, without stopping the window."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(parent: QWidget, title: str, chosen: Callable[[Path], object], *, writes: bool = False) -> None:
    """Shows a dialog beside the window; `chosen` gets the file, which may be there already."""
    dialog = QFileDialog(parent.window(), title, "", "Presets (*.toml)")
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if writes else QFileDialog.FileMode.ExistingFile)
    if writes:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("toml")
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # its question would stop the window, FLATTEN too
    dialog.setModal(False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.show()
