"""Addresses of the member's account."""

from django.urls import path

from accounts.views import entering, password_reset, settings

app_name = "accounts"

urlpatterns = [
    path("register/", entering.register, name="register"),
    path("login/", entering.sign_in, name="login"),
    path("logout/", entering.sign_out, name="logout"),
    path("settings/", settings.settings, name="settings"),
    path("settings/password/", settings.change_password, name="password-change"),
    path("settings/delete/", settings.delete, name="delete"),
    path("appearance/", settings.appearance, name="appearance"),
    path("password-reset/", password_reset.ask, name="password-reset"),
    path("password-reset/done/", password_reset.done, name="password-reset-done"),
    path(
        "password-reset/<uidb64>/<token>/",
        password_reset.Confirm.as_view(),
        name="password-reset-confirm",
    ),
    path("password-reset/complete/", password_reset.complete, name="password-reset-complete"),
]
