"""Addresses of the directory and of what a board says of itself."""

from django.urls import path

from boards import views

app_name = "boards"

urlpatterns = [
    path("boards/", views.directory, name="directory"),
    path("boards/new/", views.new, name="new"),
    path("b/<str:board_name>/about/", views.about, name="about"),
    path("b/<str:board_name>/subscribe/", views.set_subscription, name="subscribe"),
]
