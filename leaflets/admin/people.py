"""Accounts, for the Administrator. An account is deactivated, never deleted: history names it."""

from functools import partial

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.urls import path
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from history.accounts import record_account, record_password
from history.admin import PlainAdmin
from leaflets import roles as fixed
from leaflets.admin import access
from leaflets.admin.people_forms import NewPersonForm, PersonForm, Roles
from leaflets.door import throttle

ROLES = "One role or several. Nobody publishes what they worked on, whatever their roles."

admin.site.unregister([User, Group])
# Pages of their own would show keys, and let an administrator make a second factor for somebody else.
admin.site.unregister([TOTPDevice, StaticDevice])


@admin.register(User)
class PersonAdmin(PlainAdmin, UserAdmin):
    change_form_template = "admin/leaflets/person.html"
    list_display = ["username", "name", "roles", "is_active", "last_sign_in", "sign_in"]
    list_filter = ["groups", "is_active"]
    fieldsets = [
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("What this person may do", {"fields": ["groups", "is_active"]}),
        ("Sign-in", {"fields": ["username", "password"]}),
    ]
    add_fieldsets = [
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        ("What this person may do", {"fields": ["groups"]}),
        ("Sign-in", {"fields": ["username", "password1", "password2"]}),
    ]
    form, add_form = PersonForm, NewPersonForm
    add_form_template = None
    filter_horizontal = []

    def get_fieldsets(self, request, person=None):
        fieldsets = super().get_fieldsets(request, person)
        may_save = self.has_change_permission(request, person)
        return [*fieldsets, ("Why", {"fields": ["reason"]})] if may_save else fieldsets

    def get_urls(self):
        page = self.admin_site.admin_view(partial(access.page, self))
        return [path("<int:pk>/access/", page, name="auth_user_access"), *super().get_urls()]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def changelist_view(self, request, extra_context=None):
        self.locked = throttle.locked_accounts()
        return super().changelist_view(request, extra_context)

    @admin.display(description="sign-in")
    def sign_in(self, person):
        return "locked" if throttle.account_key(throttle.SIGN_IN, person.username) in self.locked else "open"

    @admin.display(description="name", ordering="first_name")
    def name(self, person):
        return person.get_full_name()

    @admin.display(description="last sign-in", ordering="last_login", empty_value="never")
    def last_sign_in(self, person):
        return person.last_login

    @admin.display
    def roles(self, person):
        return ", ".join(group.name for group in person.groups.all())

    def formfield_for_manytomany(self, field, request, **kwargs):
        if field.name == "groups":
            kwargs |= {"form_class": Roles, "required": True, "label": "Roles", "help_text": ROLES}
        return super().formfield_for_manytomany(field, request, **kwargs)

    def save_model(self, request, person, form, change):
        person.is_staff = True
        super().save_model(request, person, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        record_account(
            form.instance,
            by=request.user,
            reason=form.cleaned_data["reason"] or ("Changed in the admin." if change else "New account."),
            new_address=change and "email" in form.changed_data,
        )

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

    list_display = ["name", "meaning"]

    @admin.display(description="what it lets people do")
    def meaning(self, role):
        return fixed.MEANING.get(role.name)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, role=None):
        return False

    def has_delete_permission(self, request, role=None):
        return False
