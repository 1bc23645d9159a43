"""What a deploy needs: this machine, the project, the account and the rights in it."""
