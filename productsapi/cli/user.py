"""`productsapi user`: who may use the API."""

from __future__ import annotations

from datetime import datetime
from shlex import quote

import click

from productsapi.cli.options import json_option, target_options
from productsapi.cli.output import print_json
from productsapi.cli.prompts import agreed, must_be_asked
from productsapi.cli.switches import print_unless_quiet
from productsapi.cli.target import Target
from productsapi.cli.user_session import find_users, password_option, read_password
from productsapi.printable import printable

LONGEST_NAME = 128


def user_name(value: str) -> str:
    """A name that Cognito takes; checked here, since an emulator may take more."""
    spaces = any(character.isspace() for character in value)
    if not value.isprintable() or spaces or not 1 <= len(value) <= LONGEST_NAME:
        raise click.BadParameter(f"{value!r} isn't 1 to {LONGEST_NAME} characters without spaces.")
    return value


def group_name(value: str) -> str:
    """A name that the functions can distinguish in a token; the configuration has the same rule."""
    from productsapi.config_keys.allowed import GROUPS

    if not GROUPS.each.accepts(value):
        raise click.BadParameter(f"{value!r} isn't {GROUPS.each.allowed}.")
    return value


@click.group("user")
def command() -> None:
    """Create users, sign them in, and keep their tokens.

    Tokens are kept in a file that only you can read. Passwords come by prompt, --password-stdin or
    the environment variable PRODUCTSAPI_PASSWORD.

    \b
    Examples:
      productsapi user create testuser --local
      productsapi user list --local
    """


@command.command()
@click.argument("name", type=user_name)
@click.option("--email", help="The user's e-mail address; no mail is sent.")
@click.option(
    "--group", "groups", multiple=True, type=group_name, help="A group to be in; may be repeated."
)
@password_option
@target_options
def create(
    target: Target, name: str, email: str | None, groups: tuple[str, ...], password_stdin: bool
) -> None:
    """Create a confirmed user with a permanent password.

    \b
    Examples:
      productsapi user create testuser --local
      productsapi user create ann --email ann@example.com --group editors
      pass show ann | productsapi user create ann --password-stdin
    """
    users = find_users(target)
    password = read_password(from_stdin=password_stdin, twice=True)
    made = users.pool.create(name, password, email=email, groups=groups)
    for group in made:
        click.echo(f"Group {group} is new.", err=True)
    click.echo(f"Created {name}.")
    print_unless_quiet(f"Next: {target.command(f'login {quote(name)}')}")


@command.command()
@click.argument("name", type=user_name)
@password_option
@target_options
@json_option
def login(target: Target, name: str, password_stdin: bool, as_json: bool) -> None:
    """Sign a user in and keep the tokens.

    \b
    Examples:
      productsapi login testuser --local
      productsapi user login ann --password-stdin < password.txt
    """
    users = find_users(target)
    password = read_password(from_stdin=password_stdin, twice=False)
    tokens = users.pool.login(name, password)
    name = users.keep(name, tokens)
    until = datetime.fromtimestamp(tokens.expires).astimezone()
    if as_json:
        print_json({"user": name, "id_token_until": until.isoformat()})
        return
    others = len(users.signed_in()) > 1
    good = f"the ID token is valid until {until:%H:%M %Z} and then renewed"
    click.echo(f"Signed in as {name}; {good}.")
    if others:
        click.echo(f"`request` now acts as {name}; --user chooses another.", err=True)
    print_unless_quiet(f"Next: {target.command('request GET /products')}")


@command.command()
@click.argument("name", type=user_name)
@target_options
def logout(target: Target, name: str) -> None:
    """End a sign-in: revoke its tokens and delete them.

    The ID token that was given out stays good for the API until it ends: API Gateway doesn't ask
    Cognito again.

    \b
    Example:
      productsapi user logout testuser --local
    """
    users = find_users(target)
    name = users.own_name(name)
    tokens = users.tokens.get(users.kept_under, name)
    if tokens is None:
        click.echo(f"{name} wasn't signed in.")
        return
    users.pool.revoke(name, tokens)
    users.tokens.remove(users.kept_under, name)
    click.echo(f"Signed {name} out.")


@command.command("list")
@target_options
@json_option
def list_(target: Target, as_json: bool) -> None:
    """List the users.

    \b
    Example:
      productsapi user list --local
    """
    users = find_users(target)
    listed = users.pool.users()
    if as_json:
        print_json(
            [
                {"name": u.name, "status": u.status, "enabled": u.enabled, "email": u.email}
                for u in listed
            ]
        )
        return
    signed_in = users.signed_in()
    for user in listed:
        marks = [user.status, *([] if user.enabled else ["disabled"]), user.email or ""]
        here = " (signed in here)" if user.name in signed_in else ""
        click.echo(printable(f"{user.name:<24} {' '.join(filter(None, marks))}{here}"))


@command.command()
@click.argument("name", type=user_name)
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
@target_options
def delete(target: Target, name: str, yes: bool) -> None:
    """Delete a user for good.

    \b
    Example:
      productsapi user delete testuser --local
    """
    users = find_users(target)
    if not yes:
        must_be_asked("this deletes a user")
        where = users.opened.stack.location
        agreed(f"Delete the user {name} from {where} for good?")
    kept = users.own_name(name)
    users.pool.delete(name)
    users.tokens.remove(users.kept_under, kept)
    click.echo(f"Deleted {name}.")


@command.command()
@click.argument("name", type=user_name)
@password_option
@target_options
def password(target: Target, name: str, password_stdin: bool) -> None:
    """Give a user a new permanent password; this also confirms who signed up.

    \b
    Example:
      productsapi user password testuser --local
    """
    users = find_users(target)
    users.pool.set_password(name, read_password(from_stdin=password_stdin, twice=True))
    click.echo(f"{name} has a new password.")


@command.command()
@click.argument("name", type=user_name)
@click.argument("groups", nargs=-1, type=group_name)
@click.option("--none", "no_groups", is_flag=True, help="Take the user out of every group.")
@target_options
@json_option
def groups(
    target: Target, name: str, groups: tuple[str, ...], no_groups: bool, as_json: bool
) -> None:
    """Show a user's groups, or set them: exactly those that are named.

    A change counts from the next sign-in on, since the groups are in the token.

    \b
    Examples:
      productsapi user groups ann --local
      productsapi user groups ann editors admins
      productsapi user groups ann --none
    """
    if groups and no_groups:
        raise click.UsageError("Name groups, or say --none, not both.")
    users = find_users(target)
    if groups or no_groups:
        for made in users.pool.set_groups(name, groups):
            click.echo(f"Group {made} is new.", err=True)
        again = target.command(f"user login {quote(name)}")
        text = "Tokens already issued keep the former groups until a new sign-in"
        click.echo(f"{text}: {again}", err=True)
    present = users.pool.groups_of(name)
    if as_json:
        print_json({"name": name, "groups": present})
    else:
        click.echo(printable("\n".join(present)) or f"{name} is in no group.")


@command.command()
@click.argument("name", type=user_name)
@target_options
def token(target: Target, name: str) -> None:
    """Print a valid ID token of a signed-in user, renewed when it has expired.

    \b
    Example:
      curl -H "Authorization: Bearer $(productsapi user token testuser)" "$INVOKE_URL/products"
    """
    click.echo(find_users(target).token(name))
