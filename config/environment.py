"""The environment, read variable by variable. All that is wrong with it is told at once, in a sentence each."""

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """What `variables` says. A value that will not do is noted in `wrong`, and read as with DEBUG=1 meanwhile.

    `debug` is whether one person tries the site on one machine; `judge` is always a function that takes a text and
    returns what it stands for, or raises ImproperlyConfigured with a sentence that names the variable.
    """

    def __init__(self, variables):
        self.variables, self.debug, self.wrong = variables, variables.get("DEBUG") == "1", []

    def required(self, name, in_debug, judge=str, in_production=None):
        """Return what the variable `name` stands for. Without DEBUG=1 it must be there, and `in_production` judges."""
        value = self.variables.get(name)
        if value or self.debug:
            judges = judge if self.debug else in_production or judge
            return self._judged(judges, value or in_debug, judge, in_debug)
        self.wrong.append(f"Set {name} in the environment (or DEBUG=1 to try the site on one machine).")
        return judge(in_debug)

    def optional(self, name, otherwise="", judge=str):
        """Return what the variable `name`, or else `otherwise`, stands for."""
        return self._judged(judge, self.variables.get(name) or otherwise, judge, otherwise)

    def part(self, read):
        """Return what `read(variables, debug)` makes of several variables that belong together."""
        try:
            return read(self.variables, self.debug)
        except ImproperlyConfigured as error:
            self.wrong.append(str(error))
            return read({}, True)

    def refuse_what_is_wrong(self):
        """Raise ImproperlyConfigured with all the sentences, if there are any."""
        if self.wrong:
            raise ImproperlyConfigured("\n".join(self.wrong))

    def _judged(self, judges, value, judge, otherwise):
        try:
            return judges(value)
        except ImproperlyConfigured as error:
            self.wrong.append(str(error))
            return judge(otherwise)
