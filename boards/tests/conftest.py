from boards.tests.cast import *  # noqa: F403
