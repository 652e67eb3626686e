"""A desk as a real deployment has it: nobody gets in with a password alone."""

import pytest

from sitecontent.sign_in import views


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    views.tries.forget()
    yield
    views.tries.forget()


@pytest.fixture
def real_desk(settings, db):
    settings.SECOND_STEP_REQUIRED = True
