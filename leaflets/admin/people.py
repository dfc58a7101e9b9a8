"""Accounts, for the Administrator. An account is deactivated, never deleted: history names it."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.forms import CheckboxSelectMultiple

from history.accounts import record_account, record_password
from history.admin import PlainAdmin

ROLES = "What this person may do. Nobody publishes what they worked on, whatever their roles."
ADDRESS = "Changed in the admin: another e-mail address, to which links for a new password are sent."

admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class PersonAdmin(PlainAdmin, UserAdmin):
    list_display = ["username", "first_name", "last_name", "roles", "is_active"]
    list_filter = ["groups", "is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("Roles", {"fields": ["groups", "is_active"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "first_name", "last_name", "email", "groups"]}),
        ("Password", {"classes": ["wide"], "fields": ["password1", "password2"]}),
    ]
    add_form = UserCreationForm
    filter_horizontal = []

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display
    def roles(self, person):
        return ", ".join(group.name for group in person.groups.all())

    def formfield_for_manytomany(self, field, request, **kwargs):
        if field.name == "groups":
            kwargs |= {
                "widget": CheckboxSelectMultiple,
                "required": True,
                "label": "Roles",
                "help_text": ROLES,
            }
        return super().formfield_for_manytomany(field, request, **kwargs)

    def save_model(self, request, person, form, change):
        person.is_staff = True
        super().save_model(request, person, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        # The address is personal and not kept, but who changed it is: a link for a new password goes there.
        readdressed = change and "email" in form.changed_data
        reason = ADDRESS if readdressed else "Changed in the admin." if change else "New account."
        record_account(form.instance, by=request.user, reason=reason, always=readdressed)

    def user_change_password(self, request, id, form_url=""):
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            if request.method == "POST" and response.status_code == 302:
                record_password(self.get_object(request, unquote(id)), by=request.user)
        return response

    def has_change_permission(self, request, person=None):
        # Else an administrator could set a superuser's password and become one.
        above = person is not None and person.is_superuser and not request.user.is_superuser
        return not above and super().has_change_permission(request, person)

    def has_delete_permission(self, request, person=None):
        return False


@admin.register(Group)
class RoleAdmin(PlainAdmin, GroupAdmin):
    """The roles are fixed in leaflets/roles.py: they can be looked at, not changed."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, role=None):
        return False

    def has_delete_permission(self, request, role=None):
        return False
