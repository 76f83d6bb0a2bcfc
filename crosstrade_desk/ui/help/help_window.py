"""The help window: pages of the guide in `resources/help`, which come with the program and need no network."""

from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget

from crosstrade_desk.resources import resources


class HelpWindow(QDialog):
    """Shows one page of the guide. It blocks nothing: the keys of the main window work beside it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.setModal(False)
        self.resize(820, 640)
        self.page = QTextBrowser()
        self.page.setObjectName("help-page")
        self.page.setOpenLinks(False)
        self.page.setAccessibleName("Guide")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.page)

    def show_page(self, name: str, heading: str = "") -> None:
        """Shows `resources/help/<name>.md`, from a heading on if one is given. Blocks for reading one small file."""
        self.page.setMarkdown((resources() / "help" / f"{name}.md").read_text(encoding="utf-8"))
        self.show()  # first: what was never shown has no size to scroll in
        block = self.page.document().begin()
        while heading and block.isValid() and not (block.text() == heading and block.blockFormat().headingLevel()):
            block = block.next()
        top = self.page.document().documentLayout().blockBoundingRect(block).y() if block.isValid() else 0
        self.page.verticalScrollBar().setValue(round(top))
        self.raise_()
        self.activateWindow()
