"""Every address of the portal, by room."""

from django.urls import include, path

urlpatterns = [
    path("", include("recognition.urls")),
    path("", include("credentials.urls")),
    path("", include("portfolios.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
