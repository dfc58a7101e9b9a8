from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.backends.signals import connection_created


class HistoryConfig(AppConfig):
    name = "history"

    def ready(self):
        from history import accounts, compressed

        connection_created.connect(compressed.register)
        user_logged_in.connect(accounts.record_sign_in)
        user_login_failed.connect(accounts.log_failed_sign_in)
