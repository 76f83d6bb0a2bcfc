"""Asks for the file of an import or an export, without stopping the window."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_for_file(
    parent: QWidget,
    title: str,
    kinds: Mapping[str, str],
    chosen: Callable[[Path], object],
    *,
    writes: bool = False,
) -> None:
    """Shows a dialog beside the window; `chosen` gets the file, which may be there already.

    `kinds`: ending of a name -> what the dialog calls such files. A name without an ending gets that of its kind.
    """
    dialog = QFileDialog(parent.window(), title, "", ";;".join(kinds.values()))
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if writes else QFileDialog.FileMode.ExistingFile)
    if writes:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(next(iter(kinds)))
        endings = {named: ending for ending, named in kinds.items()}
        dialog.filterSelected.connect(lambda named: dialog.setDefaultSuffix(endings[named]))
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # its question would stop the window, FLATTEN too
    dialog.setModal(False)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.show()
