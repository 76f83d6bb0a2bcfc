"""A preset of what stands in the form."""

from crosstrade_desk.protocol.problems import Problem
from crosstrade_desk.storage.presets import Preset
from crosstrade_desk.ui.ticket.form import Form


def preset_of(form: Form) -> Preset | Problem:
    """What stands in the form, as a preset without a name; or what of it cannot be read."""
    extra, faults = form.extras()
    if faults:
        return faults[0]
    texts = {name: text for name, text in form.texts().items() if text.strip()}
    return Preset("", form.spec.token, every_account=form.everywhere, fields=texts, extra=extra)
